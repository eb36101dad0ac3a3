#include "engine/assign/scope_rename.h"

#include <algorithm>
#include <set>
#include <utility>

namespace thaw {
namespace {

// A suffix that more candidates share tells them apart no more.
constexpr std::size_t kMaxBucket = 64;
// Renames that are tried for every name, whatever the suffixes say.
constexpr std::size_t kMaxBestPairs = 32;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::size_t NumComponents(std::string_view scope) {
  return static_cast<std::size_t>(std::count(scope.begin(), scope.end(), '/'));
}

// "layer_12/x3" → "12,3,": the numbers of a name, whatever stands between.
std::string NumbersOf(std::string_view name) {
  std::string numbers;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!IsDigit(name[i])) continue;
    numbers += name[i];
    if (i + 1 == name.size() || !IsDigit(name[i + 1])) numbers += ',';
  }
  return numbers;
}

// The starts of a name's suffixes: 0 and behind each slash, the longest suffix first.
template <typename Visit>
void ForEachSuffix(std::string_view name, Visit visit) {
  for (std::size_t start = 0;;) {
    if (!visit(start)) return;
    const std::size_t slash = name.find('/', start);
    if (slash == std::string_view::npos || slash + 1 == name.size()) return;
    start = slash + 1;
  }
}

}  // namespace

bool RenameChoice::IsBetterThan(const RenameChoice& other) const {
  if (votes != other.votes) return votes > other.votes;
  if (fit_votes != other.fit_votes) return fit_votes > other.fit_votes;
  if (fits != other.fits) return fits;
  if (same_numbers != other.same_numbers) return same_numbers;
  return distance < other.distance;
}

bool RenameChoice::IsAsGoodAs(const RenameChoice& other) const {
  return !IsBetterThan(other) && !other.IsBetterThan(*this);
}

std::size_t ScopeRenames::PairHash::operator()(const Pair& pair) const {
  const std::hash<std::string_view> hash;
  return hash(pair.from) * 31 + hash(pair.to);
}

ScopeRenames::ScopeRenames(const std::vector<CandidateName>& candidates) : candidates_(candidates) {
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const std::string_view name = candidates_[i].name;
    const auto place = static_cast<std::uint32_t>(i);
    by_name_.emplace(name, place);
    ForEachSuffix(name, [&](std::size_t start) {
      std::vector<std::uint32_t>& bucket = by_suffix_[name.substr(start)];
      if (bucket.size() <= kMaxBucket) bucket.push_back(place);
      return true;
    });
  }
}

// The candidates that share a suffix with the name, each with the longest one.
std::vector<ScopeRenames::NearCandidate> ScopeRenames::Near(std::string_view name) const {
  std::vector<NearCandidate> near;
  std::set<std::uint32_t> seen;
  ForEachSuffix(name, [&](std::size_t start) {
    const auto bucket = by_suffix_.find(name.substr(start));
    if (bucket == by_suffix_.end()) return true;
    if (bucket->second.size() > kMaxBucket) return false;
    for (const std::uint32_t place : bucket->second) {
      if (seen.insert(place).second) near.push_back({place, name.size() - start});
    }
    return true;
  });
  return near;
}

RenameChoice ScopeRenames::Choice(std::string_view name, const NearCandidate& near) const {
  const CandidateName& candidate = candidates_[near.place];
  RenameChoice choice;
  choice.candidate = candidate.candidate;
  choice.from = name.substr(0, name.size() - near.shared);
  choice.to = std::string_view(candidate.name).substr(0, candidate.name.size() - near.shared);
  choice.same_numbers = NumbersOf(choice.from) == NumbersOf(choice.to);
  choice.distance = NumComponents(choice.from) + NumComponents(choice.to);
  choice.shared = NumComponents(name.substr(choice.from.size())) + 1;
  return choice;
}

void ScopeRenames::Vote(std::string_view name, const FitsFn& fits) {
  for (const NearCandidate& near : Near(name)) {
    const CandidateFit fit = fits(candidates_[near.place].candidate);
    if (fit == CandidateFit::kTaken) continue;
    const RenameChoice choice = Choice(name, near);
    Votes& votes = votes_[{choice.from, choice.to}];
    ++votes.all;
    if (fit == CandidateFit::kFits) ++votes.fitting;
  }
}

void ScopeRenames::CountVotes() {
  for (const auto& [pair, votes] : votes_) best_pairs_.push_back(pair);
  const std::size_t kept = std::min(best_pairs_.size(), kMaxBestPairs);
  std::partial_sort(best_pairs_.begin(), best_pairs_.begin() + static_cast<std::ptrdiff_t>(kept),
                    best_pairs_.end(), [this](const Pair& a, const Pair& b) {
                      const std::size_t votes_a = votes_.at(a).all;
                      const std::size_t votes_b = votes_.at(b).all;
                      if (votes_a != votes_b) return votes_a > votes_b;
                      return std::pair(a.from, a.to) < std::pair(b.from, b.to);
                    });
  best_pairs_.resize(kept);
}

std::vector<RenameChoice> ScopeRenames::Choices(std::string_view name, const FitsFn& fits) const {
  std::vector<NearCandidate> near = Near(name);
  for (const Pair& pair : best_pairs_) {
    if (!name.starts_with(pair.from)) continue;
    const std::string_view rest = name.substr(pair.from.size());
    const auto found = by_name_.find(std::string(pair.to) + std::string(rest));
    if (found == by_name_.end()) continue;
    const auto is_same = [&](const NearCandidate& n) { return n.place == found->second; };
    if (std::none_of(near.begin(), near.end(), is_same)) {
      near.push_back({found->second, rest.size()});
    }
  }
  std::vector<RenameChoice> choices;
  for (const NearCandidate& candidate : near) {
    const CandidateFit fit = fits(candidates_[candidate.place].candidate);
    if (fit == CandidateFit::kTaken) continue;
    RenameChoice choice = Choice(name, candidate);
    const auto votes = votes_.find({choice.from, choice.to});
    if (votes != votes_.end()) {
      choice.votes = votes->second.all;
      choice.fit_votes = votes->second.fitting;
    }
    choice.fits = fit == CandidateFit::kFits;
    choices.push_back(choice);
  }
  std::stable_sort(choices.begin(), choices.end(),
                   [](const RenameChoice& a, const RenameChoice& b) { return a.IsBetterThan(b); });
  return choices;
}

}  // namespace thaw
