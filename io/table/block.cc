#include "io/table/block.h"

#include <string>

#include "io/base/coding.h"

namespace thaw {
namespace {

Status BadEntry(std::size_t position, const char* what) {
  return DataLossError("bad entry at byte " + std::to_string(position) + " of the block: " + what);
}

// The three lengths in front of an entry.
struct EntryLengths {
  std::uint32_t shared = 0;
  std::uint32_t suffix = 0;
  std::uint32_t value = 0;
};

bool DecodeLengths(ByteView* input, EntryLengths* lengths) {
  const auto is_one_byte = [](std::byte b) { return (b & std::byte{0x80}) == std::byte{0}; };
  if (input->size() >= 3 && is_one_byte((*input)[0] | (*input)[1] | (*input)[2])) {
    *lengths = {std::to_integer<std::uint32_t>((*input)[0]),
                std::to_integer<std::uint32_t>((*input)[1]),
                std::to_integer<std::uint32_t>((*input)[2])};
    *input = input->subspan(3);
    return true;
  }
  const auto shared = DecodeVarint32(input);
  const auto suffix = shared ? DecodeVarint32(input) : std::nullopt;
  const auto value = suffix ? DecodeVarint32(input) : std::nullopt;
  if (!value) return false;
  *lengths = {*shared, *suffix, *value};
  return true;
}

}  // namespace

Result<BlockCursor> BlockCursor::Open(ByteView contents) {
  constexpr std::size_t kWord = sizeof(std::uint32_t);
  if (contents.size() < kWord) {
    return DataLossError("bad block contents: " + std::to_string(contents.size()) +
                         " bytes hold no restart count");
  }
  const std::size_t before_count = contents.size() - kWord;
  const std::size_t count = LoadLittleEndian<std::uint32_t>(contents.data() + before_count);
  if (count > before_count / kWord) {
    return DataLossError("bad block contents: " + std::to_string(count) +
                         " restart points do not fit in " + std::to_string(contents.size()) +
                         " bytes");
  }
  const std::size_t entries_size = before_count - count * kWord;
  return BlockCursor(contents.first(entries_size), contents.subspan(entries_size, count * kWord));
}

std::uint32_t BlockCursor::restart(std::size_t index) const {
  return LoadLittleEndian<std::uint32_t>(restarts_.data() + index * sizeof(std::uint32_t));
}

Status BlockCursor::CheckRestart(std::size_t shared_size) {
  const bool expects_restart = next_restart_ < num_restarts();
  const bool is_restart = expects_restart && restart(next_restart_) == position_;
  if (expects_restart && restart(next_restart_) < position_) {
    return BadEntry(position_, "a restart point lies inside the entry before it");
  }
  if (position_ == 0 && !is_restart) {
    return BadEntry(position_, "the first entry is no restart point");
  }
  if (is_restart) {
    if (shared_size != 0) return BadEntry(position_, "a restart point shares bytes of a key");
    ++next_restart_;
  }
  return Status();
}

Status BlockCursor::Next(BlockEntry* entry) {
  ByteView rest = entries_.subspan(position_);
  EntryLengths lengths;
  if (!DecodeLengths(&rest, &lengths)) return BadEntry(position_, "its lengths are malformed");
  if (!RangeFits(lengths.suffix, lengths.value, rest.size())) {
    return BadEntry(position_, "it reaches past the end of the entries");
  }
  THAW_RETURN_IF_ERROR(CheckRestart(lengths.shared));
  entry->shared_size = lengths.shared;
  entry->suffix = AsChars(rest.first(lengths.suffix));
  entry->value = rest.subspan(lengths.suffix, lengths.value);
  position_ = entries_.size() - rest.size() + lengths.suffix + lengths.value;
  return Status();
}

Status BlockCursor::CheckAllRestartsSeen() const {
  if (next_restart_ == num_restarts()) return Status();
  // A block without entries has one restart point all the same.
  if (entries_.empty() && num_restarts() == 1 && restart(0) == 0) return Status();
  return DataLossError("bad block contents: restart point " + std::to_string(next_restart_) +
                       " at byte " + std::to_string(restart(next_restart_)) +
                       " is not the start of an entry");
}

}  // namespace thaw
