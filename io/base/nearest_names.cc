#include "io/base/nearest_names.h"

#include <algorithm>
#include <array>
#include <optional>

namespace thaw {
namespace {

// Longer names are compared only for equality of case and scopes.
constexpr std::size_t kMaxLength = 512;
// Cells of the distance tables filled per call; a bound for names chosen to be slow.
constexpr std::size_t kMaxCells = std::size_t{20} << 20;

// Rank 0: the same but for case; 1: but for scopes; then edit distance n has rank n + 1.
constexpr std::size_t kSameButScope = 1;
constexpr std::size_t kEditRankOffset = 1;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string Lowered(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), Lower);
  return lowered;
}

// `longer` is `shorter` inside one or more scopes.
bool EndsWithComponent(std::string_view longer, std::string_view shorter) {
  return !shorter.empty() && longer.size() > shorter.size() && longer.ends_with(shorter) &&
         longer[longer.size() - shorter.size() - 1] == '/';
}

// Distances to one wanted name, with the memory that they need.
class EditDistance {
 public:
  explicit EditDistance(std::string_view wanted) : wanted_(wanted) {
    for (const char c : wanted_) ++letters_[static_cast<unsigned char>(c)];
    for (std::vector<std::size_t>& row : rows_) row.resize(wanted_.size() + 1);
  }

  // Insertions, deletions, replacements and swaps of neighbours that make `other` of the wanted
  // name (optimal string alignment); nullopt when they are more than `limit`.
  std::optional<std::size_t> Within(std::size_t limit, std::string_view other) {
    if (Difference(wanted_.size(), other.size()) > limit) return std::nullopt;
    if (LettersApart(other) > 2 * limit) return std::nullopt;
    if (cells_ > kMaxCells) return std::nullopt;
    return Fill(limit, other);
  }

 private:
  static std::size_t Difference(std::size_t a, std::size_t b) { return a > b ? a - b : b - a; }

  // Letters that one name has and the other has not; an edit changes at most two of them.
  std::size_t LettersApart(std::string_view other) const {
    std::array<int, 256> left = letters_;
    for (const char c : other) --left[static_cast<unsigned char>(c)];
    std::size_t apart = 0;
    for (const int n : left) apart += static_cast<std::size_t>(n < 0 ? -n : n);
    return apart;
  }

  std::optional<std::size_t> Fill(std::size_t limit, std::string_view other) {
    for (std::size_t j = 0; j <= wanted_.size(); ++j) rows_[0][j] = j;
    for (std::size_t i = 1; i <= other.size(); ++i) {
      std::vector<std::size_t>& row = rows_[i % 3];
      const std::vector<std::size_t>& above = rows_[(i + 2) % 3];
      const std::vector<std::size_t>& two_above = rows_[(i + 1) % 3];
      row[0] = i;
      std::size_t least = i;
      for (std::size_t j = 1; j <= wanted_.size(); ++j) {
        const bool same = other[i - 1] == wanted_[j - 1];
        row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0u : 1u)});
        if (i > 1 && j > 1 && other[i - 1] == wanted_[j - 2] && other[i - 2] == wanted_[j - 1]) {
          row[j] = std::min(row[j], two_above[j - 2] + 1);
        }
        least = std::min(least, row[j]);
      }
      cells_ += wanted_.size();
      // A swap can take a distance from two rows above, so a row over the limit proves nothing
      // unless it is over by more than that one step.
      if (least > limit + 1) return std::nullopt;
    }
    const std::size_t distance = rows_[other.size() % 3][wanted_.size()];
    if (distance > limit) return std::nullopt;
    return distance;
  }

  std::string_view wanted_;
  std::array<int, 256> letters_{};
  std::array<std::vector<std::size_t>, 3> rows_;
  std::size_t cells_ = 0;
};

struct Ranked {
  std::size_t rank;
  std::size_t index;

  friend bool operator<(const Ranked& a, const Ranked& b) {
    return a.rank != b.rank ? a.rank < b.rank : a.index < b.index;
  }
};

// The largest edit distance that still ranks before `rank`.
std::size_t LimitToBeat(std::size_t rank, std::size_t limit) {
  return rank <= kSameButScope + kEditRankOffset ? 0 : std::min(limit, rank - kEditRankOffset - 1);
}

}  // namespace

std::vector<std::string> NearestNames(std::string_view wanted, std::size_t count,
                                      const std::function<std::string_view(std::size_t)>& name_at,
                                      std::size_t max) {
  const std::string lowered = Lowered(wanted);
  const std::size_t limit = std::clamp<std::size_t>(wanted.size() / 4, 1, 8);
  EditDistance distance(lowered);
  std::vector<Ranked> best;  // the `max` nearest so far, in order
  for (std::size_t i = 0; i < count && max != 0; ++i) {
    const std::string_view name = name_at(i);
    std::optional<std::size_t> rank;
    if (EndsWithComponent(name, wanted) || EndsWithComponent(wanted, name)) {
      rank = kSameButScope;
    } else if (name.size() <= kMaxLength && wanted.size() <= kMaxLength) {
      // Once the list is full, only a nearer name is of interest.
      const std::size_t worst = best.size() < max ? limit : LimitToBeat(best.back().rank, limit);
      rank = distance.Within(worst, Lowered(name));
      if (rank && *rank != 0) *rank += kEditRankOffset;
    }
    if (!rank) continue;
    best.insert(std::upper_bound(best.begin(), best.end(), Ranked{*rank, i}), Ranked{*rank, i});
    if (best.size() > max) best.pop_back();
  }
  std::vector<std::string> names;
  for (const Ranked& ranked : best) names.emplace_back(name_at(ranked.index));
  return names;
}

std::vector<std::string> NearestNames(std::string_view wanted,
                                      std::span<const std::string> candidates, std::size_t max) {
  return NearestNames(
      wanted, candidates.size(),
      [candidates](std::size_t i) -> std::string_view { return candidates[i]; }, max);
}

std::vector<std::string> NearestNames(std::string_view wanted,
                                      std::span<const std::string_view> candidates,
                                      std::size_t max) {
  return NearestNames(
      wanted, candidates.size(), [candidates](std::size_t i) { return candidates[i]; }, max);
}

std::string DidYouMean(std::span<const std::string> names) {
  if (names.empty()) return "";
  std::string text = "did you mean ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) text += i + 1 == names.size() ? " or " : ", ";
    text += "'" + names[i] + "'";
  }
  return text + "?";
}

}  // namespace thaw
