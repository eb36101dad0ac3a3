#include "io/checkpoint/bundle_v2/slice_overlap.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace thaw {
namespace {

// Outline: sort the slices by where they begin in one dimension and cut them into groups between
// which no slice reaches. Slices of different groups are disjoint; each group is then cut along
// the next dimension, until it is one slice, or no dimension cuts it. Such a group is compared pair
// by pair: real partitions never leave one without an overlap in it.
class OverlapSearch {
 public:
  explicit OverlapSearch(std::span<const TensorSlice> slices) : slices_(slices) {
    for (std::size_t i = 0; i < slices.size(); ++i) {
      if (HasElements(slices[i])) order_.push_back(i);
    }
    rank_ = slices.empty() ? 0 : slices.front().rank();
    const std::size_t n = order_.size();
    budget_ = kStepsPerSlice * (rank_ + 1) * n * static_cast<std::size_t>(std::bit_width(n));
  }

  Result<std::optional<SliceOverlap>> Run() {
    std::vector<Group> groups = {{0, order_.size(), 0, 0}};
    while (!groups.empty()) {
      const Group group = groups.back();
      groups.pop_back();
      if (group.size() < 2) continue;
      if (group.uncut_dims == rank_) {
        if (!Spend(group.size() * group.size() / 2)) return TooEntangled();
        if (const auto overlap = ComparePairs(group)) return overlap;
      } else {
        if (!Spend(group.size() * static_cast<std::size_t>(std::bit_width(group.size())))) {
          return TooEntangled();
        }
        Cut(group, &groups);
      }
    }
    return std::optional<SliceOverlap>();
  }

 private:
  static constexpr std::size_t kStepsPerSlice = 32;

  // [begin, end) of order_; to be cut along `dim`. The last `uncut_dims` dimensions before it cut
  // nothing off.
  struct Group {
    std::size_t begin;
    std::size_t end;
    std::size_t dim;
    std::size_t uncut_dims;

    std::size_t size() const { return end - begin; }
  };

  static bool HasElements(const TensorSlice& slice) {
    return std::none_of(slice.dims.begin(), slice.dims.end(),
                        [](const SliceDim& dim) { return dim.length == 0; });
  }

  static Status TooEntangled() {
    return UnimplementedError("its slices are too entangled to find out whether they overlap");
  }

  bool Spend(std::size_t steps) {
    if (steps > budget_) return false;
    budget_ -= steps;
    return true;
  }

  void Cut(const Group& group, std::vector<Group>* groups) {
    const auto begin_of = [&](std::size_t i) { return slices_[order_[i]].dims[group.dim].start; };
    const auto end_of = [&](std::size_t i) {
      return begin_of(i) + slices_[order_[i]].dims[group.dim].length;
    };
    std::sort(order_.begin() + static_cast<std::ptrdiff_t>(group.begin),
              order_.begin() + static_cast<std::ptrdiff_t>(group.end),
              [&](std::size_t a, std::size_t b) {
                return slices_[a].dims[group.dim].start < slices_[b].dims[group.dim].start;
              });
    const std::size_t next_dim = (group.dim + 1) % rank_;
    std::size_t begin = group.begin;
    std::int64_t reach = end_of(begin);
    for (std::size_t i = begin + 1; i < group.end; ++i) {
      if (begin_of(i) >= reach) {
        groups->push_back({begin, i, next_dim, 1});
        begin = i;
      }
      reach = std::max(reach, end_of(i));
    }
    const bool is_whole = begin == group.begin;
    groups->push_back({begin, group.end, next_dim, is_whole ? group.uncut_dims + 1 : 1});
  }

  std::optional<SliceOverlap> ComparePairs(const Group& group) const {
    for (std::size_t i = group.begin; i < group.end; ++i) {
      for (std::size_t j = i + 1; j < group.end; ++j) {
        if (Intersect(slices_[order_[i]], slices_[order_[j]])) {
          const auto [first, second] = std::minmax(order_[i], order_[j]);
          return SliceOverlap{first, second};
        }
      }
    }
    return std::nullopt;
  }

  std::span<const TensorSlice> slices_;
  std::size_t rank_ = 0;
  std::size_t budget_ = 0;
  // Positions in slices_, sorted group by group.
  std::vector<std::size_t> order_;
};

}  // namespace

Result<std::optional<SliceOverlap>> FindSliceOverlap(std::span<const TensorSlice> slices) {
  return OverlapSearch(slices).Run();
}

bool IsWellFormedSlice(const TensorSlice& slice) {
  return std::all_of(slice.dims.begin(), slice.dims.end(), [](const SliceDim& dim) {
    return dim == SliceDim{} || (dim.start >= 0 && dim.length >= 0);
  });
}

Status CheckSlicesCover(std::span<const TensorSlice> resolved, Dims shape) {
  const std::int64_t wanted = NumElements(shape).value_or(0);
  std::int64_t covered = 0;
  for (const TensorSlice& slice : resolved) covered += NumElements(SliceShape(slice)).value_or(0);
  if (covered == wanted) return Status();
  return InvalidArgumentError("the slices hold " + std::to_string(covered) + " of the tensor's " +
                              std::to_string(wanted) + " elements");
}

}  // namespace thaw
