// ScopeRenames: which scope became which, by what the names behind them have in common.
//
// Role in the flow: name_match asks it for the names that are nowhere in the checkpoint. It knows
// names only: what fits (shape, dtype) and what is taken is asked of the caller.

#ifndef THAW_ENGINE_ASSIGN_SCOPE_RENAME_H_
#define THAW_ENGINE_ASSIGN_SCOPE_RENAME_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace thaw {

// A name that may stand for a candidate of the other side.
struct CandidateName {
  std::string name;
  std::size_t candidate = 0;
};

// A candidate for a name under a rename: `from`/rest → `to`/rest.
struct RenameChoice {
  std::size_t candidate = 0;
  std::string_view from;  // "", or a scope with its slash
  std::string_view to;
  std::size_t votes = 0;      // names that the same rename explains
  std::size_t fit_votes = 0;  // those of them where the candidate fits
  bool fits = false;
  bool same_numbers = false;
  std::size_t distance = 0;  // components that differ
  std::size_t shared = 0;    // components in common

  // More votes, then one that fits, then the same numbers in the names, then less that differs.
  bool IsBetterThan(const RenameChoice& other) const;
  bool IsAsGoodAs(const RenameChoice& other) const;
};

// Whether a candidate may stand for the name that is asked for.
enum class CandidateFit { kFits, kDoesNotFit, kTaken };

// One thread. `candidates` must outlive it.
class ScopeRenames {
 public:
  using FitsFn = std::function<CandidateFit(std::size_t candidate)>;

  explicit ScopeRenames(const std::vector<CandidateName>& candidates);

  // A name that is looked for, and a vote for each rename that would explain it.
  void Vote(std::string_view name, const FitsFn& fits);
  // After the last vote: ranks the renames.
  void CountVotes();

  // The choices for one name that are not taken, best first. Valid after CountVotes.
  std::vector<RenameChoice> Choices(std::string_view name, const FitsFn& fits) const;

 private:
  struct Pair {
    std::string_view from, to;
    friend bool operator==(const Pair&, const Pair&) = default;
  };
  struct PairHash {
    std::size_t operator()(const Pair& pair) const;
  };
  struct Votes {
    std::size_t all = 0;
    std::size_t fitting = 0;
  };
  struct NearCandidate {
    std::size_t place = 0;   // in candidates_
    std::size_t shared = 0;  // bytes of the common suffix
  };

  std::vector<NearCandidate> Near(std::string_view name) const;
  RenameChoice Choice(std::string_view name, const NearCandidate& near) const;

  const std::vector<CandidateName>& candidates_;
  // Suffix, from a component on → the first candidates that end in it.
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> by_suffix_;
  std::unordered_map<std::string_view, std::uint32_t> by_name_;
  std::unordered_map<Pair, Votes, PairHash> votes_;
  std::vector<Pair> best_pairs_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_SCOPE_RENAME_H_
