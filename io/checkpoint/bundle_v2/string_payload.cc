#include "io/checkpoint/bundle_v2/string_payload.h"

#include <array>
#include <limits>
#include <new>

#include "io/base/coding.h"
#include "io/base/crc32c.h"
#include "io/checkpoint/bundle_v2/payload_checksum.h"

namespace thaw {
namespace {

// The lengths' checksum is over fixed-width integers in the writer's byte order: four bytes each,
// eight where four do not hold the length (tensor_bundle.cc: WriteStringTensor).
class LengthsChecksum {
 public:
  explicit LengthsChecksum(bool byte_swapped) : byte_swapped_(byte_swapped) {}

  void Add(std::uint64_t length) {
    if (size_ + sizeof(length) > buffer_.size()) Flush();
    if (length <= std::numeric_limits<std::uint32_t>::max()) {
      Store(static_cast<std::uint32_t>(length));
    } else {
      Store(length);
    }
  }

  std::uint32_t Finish() {
    Flush();
    return crc_;
  }

 private:
  template <typename T>
  void Store(T length) {
    if (byte_swapped_) length = ByteSwap(length);
    std::memcpy(buffer_.data() + size_, &length, sizeof(length));
    size_ += sizeof(length);
  }

  void Flush() {
    crc_ = Crc32cExtend(crc_, ByteView(buffer_.data(), size_));
    size_ = 0;
  }

  bool byte_swapped_;
  std::uint32_t crc_ = 0;
  std::size_t size_ = 0;
  std::array<std::byte, 4096> buffer_;
};

// The parts of a payload, and the checksum of its lengths.
struct Layout {
  ByteView lengths;
  ByteView checksum;
  ByteView characters;
  std::uint32_t lengths_crc = 0;
};

// Walks over the lengths once; allocates nothing.
Result<Layout> CheckLengths(ByteView payload, std::uint64_t num_elements, bool byte_swapped) {
  LengthsChecksum crc(byte_swapped);
  ByteView rest = payload;
  std::uint64_t total = 0;
  for (std::uint64_t i = 0; i < num_elements; ++i) {
    const std::size_t position = payload.size() - rest.size();
    const auto length = DecodeVarint64(&rest);
    if (!length) {
      return DataLossError("the length of string " + std::to_string(i) + " of " +
                           std::to_string(num_elements) + " is malformed or cut off")
          .WithOffset(position);
    }
    if (!CheckedAdd(total, *length, &total) || total > rest.size()) {
      return DataLossError("the lengths of strings 0 to " + std::to_string(i) +
                           " exceed the payload of " + std::to_string(payload.size()) + " bytes")
          .WithOffset(position);
    }
    crc.Add(*length);
  }
  if (rest.size() < kChecksumSize || rest.size() - kChecksumSize != total) {
    return DataLossError("the lengths of " + std::to_string(num_elements) + " strings add up to " +
                         std::to_string(total) + " bytes, but " + std::to_string(rest.size()) +
                         " are left for them and a checksum of 4")
        .WithOffset(payload.size() - rest.size());
  }
  return Layout{payload.first(payload.size() - rest.size()), rest.first(kChecksumSize),
                rest.subspan(kChecksumSize), crc.Finish()};
}

Status CheckChecksums(const Layout& layout, std::uint32_t expected_crc, bool byte_swapped) {
  std::uint32_t masked;
  std::memcpy(&masked, layout.checksum.data(), kChecksumSize);
  if (byte_swapped) masked = ByteSwap(masked);
  if (UnmaskCrc(masked) != layout.lengths_crc) {
    return DataLossError("the length checksum does not match: " +
                         StoredAndCalculated(UnmaskCrc(masked), layout.lengths_crc))
        .WithOffset(layout.lengths.size());
  }
  const std::uint32_t crc =
      Crc32cExtend(Crc32cExtend(layout.lengths_crc, layout.checksum), layout.characters);
  if (crc != expected_crc) {
    return DataLossError("checksum does not match: " + StoredAndCalculated(expected_crc, crc));
  }
  return Status();
}

// The lengths were checked against the characters before.
std::vector<std::string> CutStrings(const Layout& layout, std::uint64_t num_elements) {
  std::vector<std::string> strings;
  strings.reserve(num_elements);
  ByteView lengths = layout.lengths;
  std::string_view characters = AsChars(layout.characters);
  for (std::uint64_t i = 0; i < num_elements; ++i) {
    const std::uint64_t length = *DecodeVarint64(&lengths);
    strings.emplace_back(characters.substr(0, length));
    characters.remove_prefix(length);
  }
  return strings;
}

}  // namespace

std::optional<std::uint64_t> MinStringPayloadSize(std::uint64_t num_elements) {
  std::uint64_t size = 0;
  if (!CheckedAdd(num_elements, kChecksumSize, &size)) return std::nullopt;
  return size;
}

Result<std::vector<std::string>> DecodeStringPayload(ByteView payload, std::uint64_t num_elements,
                                                     std::optional<std::uint32_t> expected_crc,
                                                     bool byte_swapped) {
  // TensorFlow writes the checksum of no lengths, and reads a tensor without even that.
  if (num_elements == 0 && payload.empty()) return std::vector<std::string>();
  try {
    THAW_ASSIGN_OR_RETURN(const Layout layout, CheckLengths(payload, num_elements, byte_swapped));
    if (expected_crc) {
      THAW_RETURN_IF_ERROR(CheckChecksums(layout, *expected_crc, byte_swapped));
    }
    return CutStrings(layout, num_elements);
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for " + std::to_string(num_elements) + " strings of " +
                                  std::to_string(payload.size()) + " bytes");
  }
}

}  // namespace thaw
