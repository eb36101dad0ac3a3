#include "io/table/key_list.h"

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

KeyList::KeyList(const TableLimits& limits, std::uint64_t file_size)
    : limits_(limits), max_bytes_(MaxExpandedSize(limits, file_size)) {}

void KeyList::Reserve(std::size_t num_keys, std::size_t num_bytes) {
  begins_.reserve(num_keys + 1);
  arena_.reserve(num_bytes);
}

Status KeyList::CheckSizes(const BlockEntry& entry, std::size_t last_key_size) const {
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
  if (key_size + entry.value.size() > max_bytes_ - num_bytes_) {
    return DataLossError("bad block contents: the entries expand beyond " +
                         std::to_string(max_bytes_) + " bytes");
  }
  return Status();
}

Status KeyList::Append(const BlockEntry& entry) {
  const std::string_view last_key = size() == 0 ? std::string_view() : key(size() - 1);
  THAW_RETURN_IF_ERROR(CheckSizes(entry, last_key.size()));
  // Below shared_size the two keys are equal, so their order is that of what follows.
  if (size() > 0 && entry.suffix <= last_key.substr(entry.shared_size)) {
    return DataLossError("bad entry in block: key " + std::to_string(size()) +
                         " is not above the key before it")
        .WithTfClass(Status::kNoTfClass);
  }
  const std::size_t last_begin = arena_.size() - last_key.size();
  const std::size_t begin = arena_.size();
  arena_.resize(begin + entry.shared_size + entry.suffix.size());
  char* const out = arena_.data() + begin;
  std::copy_n(arena_.data() + last_begin, entry.shared_size, out);
  std::copy_n(entry.suffix.data(), entry.suffix.size(), out + entry.shared_size);
  begins_.push_back(static_cast<std::uint32_t>(arena_.size()));
  num_bytes_ += entry.shared_size + entry.suffix.size() + entry.value.size();
  return Status();
}

std::size_t KeyList::LowerBound(std::string_view wanted) const {
  std::size_t begin = 0;
  std::size_t end = size();
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    if (key(middle) < wanted) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

std::optional<std::size_t> KeyList::Find(std::string_view wanted) const {
  const std::size_t index = LowerBound(wanted);
  if (index == size() || key(index) != wanted) return std::nullopt;
  return index;
}

}  // namespace thaw
