#include "io/table/entry_list.h"

#include <algorithm>
#include <limits>
#include <string>

namespace thaw {
namespace {

Status LimitExceeded(const char* what, std::uint64_t size, std::uint64_t limit) {
  return UnimplementedError(std::string(what) + " of " + std::to_string(size) +
                            " exceeds the limit of " + std::to_string(limit))
      .WithTfClass(Status::kNoTfClass);
}

// Keys share their beginnings, so a few bytes in the file can stand for a long key. Real tables
// write a key out in full every 16 entries; this bound is far above what they reach.
std::uint64_t MaxExpandedSize(const TableLimits& limits, std::uint64_t file_size) {
  constexpr std::uint64_t kFloor = std::uint64_t{1} << 20;
  constexpr std::uint64_t kOffsetLimit = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t size = 0;
  if (!CheckedMul(file_size, limits.max_expansion, &size)) return kOffsetLimit;
  return std::min(kOffsetLimit, std::max(kFloor, size));
}

}  // namespace

EntryList::EntryList(const TableLimits& limits, std::uint64_t file_size)
    : limits_(limits), max_bytes_(MaxExpandedSize(limits, file_size)) {}

void EntryList::ReserveFor(std::uint64_t file_size) {
  // What an index takes with its keys completed, as a rule. Memory that stays untouched costs
  // nothing, so the rule need not hold; the bound is for files that break it on purpose.
  constexpr std::uint64_t kTypicalExpansion = 3;
  constexpr std::uint64_t kMaxReserved = std::uint64_t{64} << 20;
  arena_.reserve(std::min(kMaxReserved, std::min(file_size, kMaxReserved) * kTypicalExpansion));
}

Status EntryList::CheckSizes(const BlockEntry& entry) const {
  const std::size_t last_key_size = records_.empty() ? 0 : records_.back().key_size;
  if (entry.shared_size > last_key_size) {
    return DataLossError("bad entry in block: key " + std::to_string(size()) + " shares " +
                         std::to_string(entry.shared_size) + " bytes with a key of " +
                         std::to_string(last_key_size));
  }
  const std::size_t key_size = entry.shared_size + entry.suffix.size();
  if (key_size > limits_.key_size) return LimitExceeded("a key", key_size, limits_.key_size);
  if (entry.value.size() > limits_.value_size) {
    return LimitExceeded("a value", entry.value.size(), limits_.value_size);
  }
  if (size() >= limits_.num_keys) {
    return LimitExceeded("a number of keys", size() + 1, limits_.num_keys);
  }
  if (key_size + entry.value.size() > max_bytes_ - arena_.size()) {
    return DataLossError("bad block contents: the entries expand beyond " +
                         std::to_string(max_bytes_) + " bytes");
  }
  return Status();
}

Status EntryList::Append(const BlockEntry& entry) {
  THAW_RETURN_IF_ERROR(CheckSizes(entry));
  std::size_t last_begin = 0;
  if (!records_.empty()) {
    // Below shared_size the two keys are equal, so their order is that of what follows.
    const std::string_view last_key = key(size() - 1);
    if (entry.suffix <= last_key.substr(entry.shared_size)) {
      return DataLossError("bad entry in block: key " + std::to_string(size()) +
                           " is not above the key before it")
          .WithTfClass(Status::kNoTfClass);
    }
    last_begin = records_.back().begin;
  }
  const std::size_t begin = arena_.size();
  const std::size_t key_size = entry.shared_size + entry.suffix.size();
  arena_.resize(begin + key_size + entry.value.size());
  std::byte* out = arena_.data() + begin;
  std::copy_n(arena_.data() + last_begin, entry.shared_size, out);
  std::copy_n(AsBytes(entry.suffix).data(), entry.suffix.size(), out + entry.shared_size);
  std::copy_n(entry.value.data(), entry.value.size(), out + key_size);
  records_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(key_size),
                      static_cast<std::uint32_t>(entry.value.size())});
  return Status();
}

std::string_view EntryList::key(std::size_t index) const {
  const Record& record = records_[index];
  return AsChars(ByteView(arena_.data() + record.begin, record.key_size));
}

ByteView EntryList::value(std::size_t index) const {
  const Record& record = records_[index];
  return {arena_.data() + record.begin + record.key_size, record.value_size};
}

std::size_t EntryList::LowerBound(std::string_view wanted) const {
  const auto found = std::partition_point(records_.begin(), records_.end(), [&](const Record& r) {
    return AsChars(ByteView(arena_.data() + r.begin, r.key_size)) < wanted;
  });
  return static_cast<std::size_t>(found - records_.begin());
}

std::optional<std::size_t> EntryList::Find(std::string_view wanted) const {
  const std::size_t index = LowerBound(wanted);
  if (index == size() || key(index) != wanted) return std::nullopt;
  return index;
}

std::uint64_t EntryList::memory_bytes() const {
  return arena_.size() + records_.size() * sizeof(Record);
}

}  // namespace thaw
