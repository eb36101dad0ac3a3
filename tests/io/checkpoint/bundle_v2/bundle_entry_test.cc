#include "io/checkpoint/bundle_v2/bundle_entry.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/golden/golden_manifest.h"
#include "tests/support/protobuf_entry.h"

namespace thaw {
namespace {

Result<BundleEntry> Decode(const std::string& bytes) {
  BundleEntry entry;
  THAW_RETURN_IF_ERROR(DecodeBundleEntry(AsBytes(bytes), &entry));
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
  BundleEntry entry;
  ASSERT_TRUE(DecodeBundleEntry(AsBytes(HexDecoded(kSlicedEntry)), &entry).ok());

  ASSERT_TRUE(DecodeBundleEntry({}, &entry).ok());

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

// --- Against protobuf's own parser

TEST(BundleEntryTest, UnusualBytesAreWhatProtobufMakesOfThem) {
  for (const char* hex : {"0880808080808080808001",  // 11 bytes of a varint
                          "08ffffffffffffffff7f",    // a tenth byte with more than one bit
                          "08ffffffffffffffffff7f",  // and one that goes on
                          "08ffffffff0f",
                          "08ffffffff7f",            // int32: bits beyond the 32nd
                          "18feffffffffffffffff01",  // a negative shard
                          "8880808000"
                          "01",  // a tag of five bytes
                          "88808080f0"
                          "01",
                          "8880808070"
                          "01",
                          "888080808000"
                          "01",  // with bits beyond the 32nd
                          "128180808000"
                          "00",  // a size of five bytes, then of six
                          "1281808080800000",
                          "12818080801000",
                          "12ffffffff07",
                          "12ffffffff0f",
                          "0001",
                          "0201",
                          "0600",
                          "0700",
                          "0e00",
                          "0f00",  // number zero, types six and seven
                          "0a0101",
                          "0d01020304",
                          "09",
                          "1001",
                          "1101020304050607",
                          "3001",
                          "350102",
                          "3801",
                          "1a00",
                          "2200",
                          "2a00",
                          "3a00",
                          "1200",
                          "12020801",
                          "1202120112",
                          "1204120208ff",
                          "120412020a00",
                          "1206120408010802",
                          "1206120408011001",
                          "3a020a00",
                          "3a040a021000",
                          "3a060a0410011002",
                          "3a060a0408011801",
                          "3a0308010a",
                          "13080114",
                          "130801",
                          "1314",
                          "131b1c14",
                          "131b14",
                          "14",
                          "120113",
                          "12021314",
                          "12031b1c00",
                          "3a021314",
                          "3a040a021314",
                          "2d01020304",
                          "3d01020304"}) {
    EXPECT_TRUE(DecodersAgree(AsBytes(HexDecoded(hex)))) << hex;
  }
  for (int depth = 10; depth < 20; ++depth) {
    const std::string groups = NestedGroups(depth);
    const std::string size(1, static_cast<char>(groups.size()));
    EXPECT_TRUE(DecodersAgree(AsBytes(groups))) << depth;
    EXPECT_TRUE(DecodersAgree(AsBytes("\x12" + size + groups))) << depth;
    EXPECT_TRUE(DecodersAgree(AsBytes("\x3a" + size + groups))) << depth;
  }
}

// A message of random fields, most of them an entry's; some cut off, overlong or of a wrong type.
class RandomMessage {
 public:
  explicit RandomMessage(unsigned seed) : random_(seed) {}

  std::string Next(int depth) {
    std::string bytes;
    for (int i = Below(6); i > 0; --i) AppendField(depth, &bytes);
    if (Below(20) == 0 && !bytes.empty()) bytes.pop_back();
    if (Below(20) == 0 && !bytes.empty()) {
      bytes[static_cast<std::size_t>(Below(static_cast<int>(bytes.size())))] =
          static_cast<char>(Below(256));
    }
    return bytes;
  }

 private:
  int Below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  void AppendVarint(std::uint64_t value, std::string* out) {
    while (value >= 0x80) {
      out->push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    // One time in eight longer than need be.
    for (int i = Below(8) == 0 ? Below(6) : 0; i > 0; --i) {
      out->push_back(static_cast<char>(value | 0x80));
      value = 0;
    }
    out->push_back(static_cast<char>(value));
  }

  std::uint64_t AnyNumber() {
    const std::uint64_t bits = (std::uint64_t{random_()} << 32) | random_();
    return bits >> Below(64);
  }

  void AppendField(int depth, std::string* out) {
    static constexpr int kTypes[] = {0, 2, 0, 0, 0, 5, 2, 0, 3, 1};  // of fields 1 to 10
    const int number = 1 + Below(10);
    const int type = Below(12) == 0 ? Below(8) : kTypes[number - 1];
    AppendVarint(static_cast<std::uint64_t>(number << 3 | type), out);
    if (type == 0) AppendVarint(AnyNumber(), out);
    if (type == 1) out->append(8, 'a');
    if (type == 5) out->append(4, 'b');
    if (type == 2) {
      const std::string inner = depth > 0 ? Next(depth - 1) : std::string();
      AppendVarint(inner.size() + (Below(30) == 0 ? 1 : 0), out);
      *out += inner;
    }
    if (type == 3) {
      if (depth > 0) *out += Next(depth - 1);
      AppendVarint(static_cast<std::uint64_t>(number << 3 | 4), out);
    }
  }

  std::minstd_rand random_;
};

TEST(BundleEntryTest, RandomMessagesAreWhatProtobufMakesOfThem) {
  RandomMessage messages(20);
  int num_accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string bytes = messages.Next(4);
    ASSERT_TRUE(DecodersAgree(AsBytes(bytes))) << testing::PrintToString(bytes);
    BundleEntry entry;
    num_accepted += DecodeBundleEntry(AsBytes(bytes), &entry).ok() ? 1 : 0;
  }
  EXPECT_GT(num_accepted, 5'000);
  EXPECT_LT(num_accepted, 19'000);
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
