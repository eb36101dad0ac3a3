#include "io/table/layout.h"

#include "io/base/coding.h"
#include "io/base/crc32c.h"

namespace thaw {
namespace {

// format.h in LevelDB: kTableMagicNumber.
constexpr std::uint64_t kTableMagic = 0xdb4775248b80fb57u;
constexpr std::size_t kMagicSize = sizeof(kTableMagic);

std::string Hex(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(value >> shift) & 0xf];
  return text;
}

}  // namespace

std::optional<BlockHandle> DecodeBlockHandle(ByteView* input) {
  const auto offset = DecodeVarint64(input);
  if (!offset) return std::nullopt;
  const auto size = DecodeVarint64(input);
  if (!size) return std::nullopt;
  return BlockHandle{*offset, *size};
}

void AppendBlockHandle(const BlockHandle& handle, std::string* out) {
  AppendVarint64(handle.offset, out);
  AppendVarint64(handle.size, out);
}

Result<BlockCompression> CheckBlockTrailer(ByteView sealed) {
  const ByteView stored_and_type = sealed.first(sealed.size() - sizeof(std::uint32_t));
  const std::uint32_t stored_crc =
      UnmaskCrc(LoadLittleEndian<std::uint32_t>(sealed.data() + stored_and_type.size()));
  const std::uint32_t crc = Crc32c(stored_and_type);
  if (crc != stored_crc) {
    return DataLossError("block checksum mismatch: stored " + std::to_string(stored_crc) +
                         ", calculated " + std::to_string(crc));
  }
  const auto type = std::to_integer<std::uint8_t>(stored_and_type.back());
  if (type > static_cast<std::uint8_t>(BlockCompression::kSnappy)) {
    return DataLossError("bad block type " + std::to_string(type) +
                         " (0 is uncompressed, 1 is Snappy)");
  }
  return static_cast<BlockCompression>(type);
}

void AppendBlockTrailer(ByteView stored, BlockCompression compression, std::string* out) {
  const auto type = static_cast<std::byte>(compression);
  const std::uint32_t crc = Crc32cExtend(Crc32c(stored), ByteView(&type, 1));
  out->push_back(static_cast<char>(type));
  AppendLittleEndian(MaskCrc(crc), out);
}

Result<Footer> DecodeFooter(ByteView bytes) {
  const auto magic = LoadLittleEndian<std::uint64_t>(bytes.data() + kFooterSize - kMagicSize);
  if (magic != kTableMagic) {
    return DataLossError("not a sorted table: bad magic number " + Hex(magic) + " instead of " +
                         Hex(kTableMagic));
  }
  ByteView handles = bytes.first(kFooterSize - kMagicSize);
  const auto metaindex = DecodeBlockHandle(&handles);
  if (!metaindex) return DataLossError("bad block handle of the metaindex in the footer");
  const auto index = DecodeBlockHandle(&handles);
  if (!index) return DataLossError("bad block handle of the index in the footer");
  const Footer footer{*metaindex, *index};
  std::string expected;
  AppendFooter(footer, &expected);
  if (AsChars(bytes) != expected) {
    return DataLossError("the footer's padding is not zero, or a handle not in its shortest form")
        .WithTfClass(Status::kNoTfClass);
  }
  return footer;
}

void AppendFooter(const Footer& footer, std::string* out) {
  const std::size_t begin = out->size();
  AppendBlockHandle(footer.metaindex, out);
  AppendBlockHandle(footer.index, out);
  out->resize(begin + kFooterSize - kMagicSize);
  AppendLittleEndian(kTableMagic, out);
}

}  // namespace thaw
