#include "io/checkpoint/bundle_v2/bundle_entry.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/golden/golden_manifest.h"

namespace thaw {
namespace {

Result<BundleEntry> Decode(const std::string& bytes) {
  BundleEntryDecoder decoder;
  BundleEntry entry;
  THAW_RETURN_IF_ERROR(decoder.Decode(AsBytes(bytes), &entry));
  return entry;
}

Result<BundleEntry> DecodeHex(const std::string& hex) { return Decode(HexDecoded(hex)); }

// float32 [5,10] stored as "-:0,1" and "-:1,9", as TensorFlow writes it.
constexpr const char* kSlicedEntry = "08011208120208051202080a3a060a000a0210013a080a000a0408011009";

TEST(BundleEntryTest, EntryOfTensorFlowIsDecodedAndEncodedAgain) {
  const std::string bytes = HexDecoded("08011204120208202880013526fb386c");

  const auto entry = Decode(bytes);

  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry->dtype_number, 1);
  EXPECT_EQ(entry->shape, Shape{32});
  EXPECT_EQ(entry->shard_id, 0);
  EXPECT_EQ(entry->offset, 0);
  EXPECT_EQ(entry->size, 128);
  EXPECT_EQ(entry->masked_crc32c, 0x6c38fb26u);
  EXPECT_TRUE(entry->slices.empty());
  EXPECT_EQ(EncodeBundleEntry(*entry), bytes);
}

TEST(BundleEntryTest, ScalarHasAnEmptyShapeThatIsWritten) {
  const std::string bytes = HexDecoded("0809120020e8bca30a28083529039807");

  const auto entry = Decode(bytes);

  ASSERT_TRUE(entry.ok());
  EXPECT_TRUE(entry->shape.empty());
  EXPECT_EQ(entry->offset, 21552744);
  EXPECT_EQ(EncodeBundleEntry(*entry), bytes);
}

TEST(BundleEntryTest, SlicesKeepTheirForm) {
  const auto entry = DecodeHex(kSlicedEntry);

  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry->shape, (Shape{5, 10}));
  ASSERT_EQ(entry->slices.size(), 2u);
  EXPECT_EQ(entry->slices[0].ToString(), "-:0,1");
  EXPECT_EQ(entry->slices[1].ToString(), "-:1,9");
  EXPECT_EQ(EncodeBundleEntry(*entry), HexDecoded(kSlicedEntry));
}

TEST(BundleEntryTest, DecoderForgetsTheEntryBefore) {
  BundleEntryDecoder decoder;
  BundleEntry entry;
  ASSERT_TRUE(decoder.Decode(AsBytes(HexDecoded(kSlicedEntry)), &entry).ok());

  ASSERT_TRUE(decoder.Decode({}, &entry).ok());

  EXPECT_EQ(entry.dtype_number, 0);
  EXPECT_TRUE(entry.shape.empty());
  EXPECT_TRUE(entry.slices.empty());
}

TEST(BundleEntryTest, UnknownFieldsOfEveryWireTypeAreSkipped) {
  const std::string entry = HexDecoded("08011204120208202880013526fb386c");

  // Field 100 as varint, eight bytes, length-delimited, group and four bytes.
  for (const std::string& bytes :
       {entry + HexDecoded("a0060b"), entry + HexDecoded("a1060102030405060708"),
        entry + HexDecoded("a20603616263"), entry + HexDecoded("a306a00601a406"),
        entry + HexDecoded("a50601020304"), HexDecoded("a20603616263") + entry}) {
    const auto decoded = Decode(bytes);

    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(EncodeBundleEntry(*decoded), entry);
  }
}

TEST(BundleEntryTest, RepeatedFieldsAreMergedAsProtobufDoes) {
  // size 128, then 64; shape [32] and shape [2].
  const auto entry = DecodeHex("08011204120208202880012840120412020802");

  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry->size, 64);
  EXPECT_EQ(entry->shape, (Shape{32, 2}));
}

TEST(BundleEntryTest, NegativeNumbersAreKept) {
  const auto entry = DecodeHex("20f8ffffffffffffffff01");

  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry->offset, -8);
}

TEST(BundleEntryTest, ExtentWithoutLengthIsAWholeDimension) {
  // start 3 without length; length 0, which is not the same.
  const auto entry = DecodeHex("3a080a0208030a021000");

  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry->slices[0].dims[0], (SliceDim{3, SliceDim::kFull}));
  EXPECT_EQ(entry->slices[0].dims[1], (SliceDim{0, 0}));
}

TEST(BundleEntryTest, EveryPrefixIsAnErrorOrAShorterEntry) {
  const std::string whole = HexDecoded(kSlicedEntry);
  int num_errors = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto decoded = Decode(whole.substr(0, size));
    if (!decoded.ok()) {
      EXPECT_EQ(decoded.status().code(), StatusCode::kDataLoss);
      ++num_errors;
    }
  }
  // A prefix that ends between two fields is an entry, too: nothing, the dtype, the shape, and the
  // first slice.
  EXPECT_EQ(num_errors, static_cast<int>(whole.size()) - 4);
}

// `depth` groups of an unknown field, one in the other.
std::string NestedGroups(int depth) {
  std::string bytes;
  for (int i = 0; i < depth; ++i) bytes += HexDecoded("a306");
  for (int i = 0; i < depth; ++i) bytes += HexDecoded("a406");
  return bytes;
}

TEST(BundleEntryTest, NestingHasALimit) {
  EXPECT_TRUE(Decode(NestedGroups(16)).ok());
  EXPECT_FALSE(Decode(NestedGroups(17)).ok());
  EXPECT_FALSE(Decode(NestedGroups(100'000)).ok());
  EXPECT_FALSE(DecodeHex("a306").ok()) << "a group without its end";
  EXPECT_FALSE(DecodeHex("a406").ok()) << "an end without its group";
}

TEST(BundleEntryTest, HeaderOfTensorFlowIsDecodedAndEncodedAgain) {
  const std::string bytes = HexDecoded("08011a020801");

  const auto header = DecodeBundleHeader(AsBytes(bytes));

  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->num_shards, 1);
  EXPECT_FALSE(header->is_big_endian);
  EXPECT_EQ(header->versions.producer, 1);
  EXPECT_EQ(header->versions.min_consumer, 0);
  EXPECT_EQ(EncodeBundleHeader(*header), bytes);
}

TEST(BundleEntryTest, HeaderWithoutVersionIsVersionZero) {
  const auto header = DecodeBundleHeader(AsBytes(HexDecoded("08021001")));

  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->num_shards, 2);
  EXPECT_TRUE(header->is_big_endian);
  EXPECT_EQ(header->versions.producer, 0);
  EXPECT_TRUE(header->versions.bad_consumers.empty());
}

TEST(BundleEntryTest, BadConsumersAreReadPackedAndUnpacked) {
  for (const char* hex : {"1a041a020103", "1a0418011803"}) {
    const auto header = DecodeBundleHeader(AsBytes(HexDecoded(hex)));

    ASSERT_TRUE(header.ok());
    EXPECT_EQ(header->versions.bad_consumers, (std::vector<std::int32_t>{1, 3}));
  }
}

TEST(BundleEntryTest, HeaderThatIsNoMessageIsDataLoss) {
  EXPECT_EQ(DecodeBundleHeader(AsBytes("\xff\xff\xff")).status().code(), StatusCode::kDataLoss);
}

}  // namespace
}  // namespace thaw
