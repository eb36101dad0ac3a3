#include "io/checkpoint/bundle_v2/variant_payload.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "io/base/coding.h"
#include "io/base/crc32c.h"
#include "tests/golden/golden_manifest.h"

namespace thaw {
namespace {

struct Payload {
  std::string bytes;
  std::uint32_t crc = 0;
};

// As TensorFlow's BundleWriter stores variants whose serialized forms are `elements`.
Payload Encode(const std::vector<std::string>& elements, bool byte_swapped) {
  Payload payload;
  for (const std::string& element : elements) {
    std::uint64_t length = element.size();
    AppendVarint64(length, &payload.bytes);
    if (byte_swapped) length = ByteSwap(length);
    payload.crc = Crc32cExtend(payload.crc, std::as_bytes(std::span(&length, 1)));
    payload.crc = Crc32cExtend(payload.crc, AsBytes(element));
    payload.bytes += element;
    std::uint32_t masked = MaskCrc(payload.crc);
    if (byte_swapped) masked = ByteSwap(masked);
    const std::string stored(reinterpret_cast<const char*>(&masked), sizeof(masked));
    payload.crc = Crc32cExtend(payload.crc, AsBytes(stored));
    payload.bytes += stored;
  }
  return payload;
}

// Checks an exactly sized heap copy, so that a sanitizer sees a read beyond it.
Status Check(std::string_view bytes, std::uint64_t num_elements, std::uint32_t crc,
             bool byte_swapped = false) {
  const auto copy = std::make_unique<std::byte[]>(bytes.size());
  std::memcpy(copy.get(), bytes.data(), bytes.size());
  return CheckVariantPayload({copy.get(), bytes.size()}, num_elements, crc, byte_swapped);
}

TEST(VariantPayloadTest, PayloadOfTensorFlowAgreesWithItsOwnChecksums) {
  for (const GoldenBundle& bundle : Golden().bundles) {
    for (const GoldenTensor& tensor : bundle.gets) {
      if (tensor.dtype != DType::kVariant) continue;
      // The checksum in the entry is that after the last element, which the payload ends with.
      const std::size_t body = tensor.bytes.size() - 4;
      const std::uint32_t after =
          UnmaskCrc(LoadLittleEndian<std::uint32_t>(AsBytes(tensor.bytes).data() + body));
      const std::uint32_t crc = Crc32cExtend(after, AsBytes(tensor.bytes).subspan(body));

      EXPECT_TRUE(Check(tensor.bytes, 1, crc).ok()) << Check(tensor.bytes, 1, crc).ToString();
    }
  }
}

TEST(VariantPayloadTest, ElementsOfBothByteOrders) {
  for (const bool byte_swapped : {false, true}) {
    const Payload payload = Encode({"first", "", std::string(300, 'x')}, byte_swapped);

    EXPECT_TRUE(Check(payload.bytes, 3, payload.crc, byte_swapped).ok());
    EXPECT_EQ(Check(payload.bytes, 3, payload.crc, !byte_swapped).code(), StatusCode::kDataLoss);
  }
}

TEST(VariantPayloadTest, NoElementsAreNoBytes) {
  EXPECT_TRUE(Check("", 0, 0).ok());
  EXPECT_EQ(Check("x", 0, 0).code(), StatusCode::kDataLoss);
}

TEST(VariantPayloadTest, EveryFlippedBitAndEveryPrefixIsDataLoss) {
  const Payload payload = Encode({"first", "second"}, false);

  for (std::size_t i = 0; i < payload.bytes.size(); ++i) {
    EXPECT_EQ(Check(payload.bytes.substr(0, i), 2, payload.crc).code(), StatusCode::kDataLoss);
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = payload.bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      EXPECT_EQ(Check(damaged, 2, payload.crc).code(), StatusCode::kDataLoss) << i << " " << bit;
    }
  }
  EXPECT_EQ(Check(payload.bytes + "x", 2, payload.crc).code(), StatusCode::kDataLoss);
  EXPECT_EQ(Check(payload.bytes, 2, payload.crc ^ 1).code(), StatusCode::kDataLoss);
  EXPECT_EQ(Check(payload.bytes, 3, payload.crc).code(), StatusCode::kDataLoss);
}

TEST(VariantPayloadTest, LengthBeyondThePayloadIsDataLoss) {
  std::string bytes;
  AppendVarint64(UINT64_MAX, &bytes);
  bytes += "abcdefgh";

  const Status status = Check(bytes, 1, 0);

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_EQ(status.offset(), 0u);
}

}  // namespace
}  // namespace thaw
