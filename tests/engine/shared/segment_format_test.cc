#include "engine/shared/segment_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "io/base/coding.h"
#include "io/base/crc32c.h"

namespace thaw {
namespace {

using testing::ElementsAre;

const SegmentOrigin kOrigin = {"/folder/model-0",
                               "1:*;float32>bfloat16;",
                               {{"/folder/model-0.index", 1, 2, 3, 4, 5},
                                {"/folder/model-0.data-00000-of-00001", 1, 300, 1 << 20, 1, 2}}};

// A complete segment of three tensors.
class Segment {
 public:
  Segment() {
    std::vector<SegmentTensor> tensors = {
        {.name = "a", .dtype = DType::kFloat32, .shape = {2, 3}, .offset = 0, .length = 24},
        {.name = "empty", .dtype = DType::kInt64, .shape = {0, 7}, .offset = 0, .length = 0},
        {.name = "words", .dtype = DType::kString, .shape = {3}, .offset = 0, .length = 0}};
    const std::vector<std::string> words = {"one", "", "three"};
    tensors[2].length = EncodedStringsSize(words);
    layout_ = *SegmentLayout::Make(tensors, kOrigin, true);
    lines_.resize(layout_.size() / 64 + 1);
    layout_.Write(bytes());
    const SegmentTensor& text = layout_.tensors()[2];
    EncodeStrings(words, bytes().subspan(text.offset, text.length));
    std::memset(bytes().data() + layout_.tensors()[0].offset, 7, 24);
  }

  MutableByteView bytes() { return {reinterpret_cast<std::byte*>(lines_.data()), layout_.size()}; }
  Result<SegmentView> Decode() { return SegmentView::Decode(bytes()); }
  void Put(std::size_t offset, std::uint64_t value) {
    std::string word;
    AppendLittleEndian(value, &word);
    std::memcpy(bytes().data() + offset, word.data(), word.size());
  }
  // As a header that was written so.
  void SealHeader() { Put(120, Crc32c(bytes().subspan(16, 104))); }

 private:
  struct alignas(64) Line {
    char bytes[64];
  };
  SegmentLayout layout_;
  std::vector<Line> lines_;
};

TEST(SegmentFormatTest, WhatWasLaidOutIsFound) {
  Segment segment;
  MarkComplete(segment.bytes());

  const Result<SegmentView> view = segment.Decode();

  ASSERT_TRUE(view.ok()) << view.status().message();
  ASSERT_EQ(view->num_tensors(), 3u);
  EXPECT_TRUE(view->is_verified());
  EXPECT_EQ(*view->origin(), kOrigin);
  const SegmentTensor a = view->Find("a")->value();
  EXPECT_EQ(a.name, "a");
  EXPECT_EQ(a.dtype, DType::kFloat32);
  EXPECT_THAT(a.shape, ElementsAre(2, 3));
  EXPECT_EQ(a.offset % 64, 0u);
  EXPECT_EQ(view->bytes(a)[23], std::byte{7});
  EXPECT_TRUE(view->bytes(view->Find("empty")->value()).empty());
  const SegmentTensor words = view->Find("words")->value();
  EXPECT_THAT(*DecodeStrings(view->bytes(words), 3), ElementsAre("one", "", "three"));
  for (const char* missing : {"", "A", "b", "emptyy", "x"}) {
    EXPECT_FALSE(view->Find(missing)->has_value()) << missing;
  }
}

TEST(SegmentFormatTest, WhatIsNotCompleteIsAFailedPrecondition) {
  Segment segment;

  EXPECT_EQ(segment.Decode().status().code(), StatusCode::kFailedPrecondition);
}

TEST(SegmentFormatTest, EveryFlippedBitOfTheHeaderIsRefused) {
  Segment segment;
  MarkComplete(segment.bytes());
  for (std::size_t bit = 0; bit < 128 * 8; ++bit) {
    std::byte& byte = segment.bytes()[bit / 8];
    const auto mask = static_cast<std::byte>(1 << bit % 8);
    byte ^= mask;

    EXPECT_FALSE(segment.Decode().ok()) << bit;

    byte ^= mask;
  }
  EXPECT_TRUE(segment.Decode().ok());
}

TEST(SegmentFormatTest, EveryBeginningIsRefused) {
  Segment segment;
  MarkComplete(segment.bytes());
  for (std::size_t size = 0; size < segment.bytes().size(); size += size < 256 ? 1 : 509) {
    const std::vector<std::byte> copy(segment.bytes().begin(),
                                      segment.bytes().begin() + static_cast<std::ptrdiff_t>(size));

    EXPECT_EQ(SegmentView::Decode(copy).status().code(), StatusCode::kDataLoss) << size;
  }
}

TEST(SegmentFormatTest, TablesThatLeaveTheSegmentAreDataLoss) {
  for (std::size_t field = 24; field <= 80; field += 8) {
    for (const std::uint64_t value :
         {std::uint64_t{1} << 20, ~std::uint64_t{0}, ~std::uint64_t{7}}) {
      Segment segment;
      MarkComplete(segment.bytes());
      segment.Put(field, value);
      segment.SealHeader();

      EXPECT_EQ(segment.Decode().status().code(), StatusCode::kDataLoss) << field;
    }
  }
}

TEST(SegmentFormatTest, ARecordThatContradictsItselfIsDataLossOfItsTensorAlone) {
  // Name's place, dtype, dimensions' place, rank, data's place, length.
  for (const auto& [offset, value] :
       std::vector<std::pair<std::size_t, std::uint64_t>>{{0, 1 << 20},
                                                          {8, 99'00000001},
                                                          {8, (20ULL << 32) + 1},
                                                          {16, 99},
                                                          {24, 255},
                                                          {24, 1},
                                                          {32, 0},
                                                          {32, 8192 + 8},
                                                          {32, ~63ULL},
                                                          {40, 28},
                                                          {40, ~0ULL}}) {
    Segment segment;
    MarkComplete(segment.bytes());
    segment.Put(128 + offset, value);

    const SegmentView view = *segment.Decode();

    EXPECT_EQ(view.tensor(0).status().code(), StatusCode::kDataLoss) << offset << " " << value;
    EXPECT_TRUE(view.tensor(1).ok() && view.tensor(2).ok());
  }
}

TEST(SegmentFormatTest, StringsThatGoBackOrBeyondAreDataLoss) {
  const std::vector<std::string> words = {"ab", "c"};
  std::vector<std::byte> bytes(EncodedStringsSize(words));
  EncodeStrings(words, bytes);

  EXPECT_TRUE(DecodeStrings(bytes, 2).ok());
  EXPECT_FALSE(DecodeStrings(bytes, 3).ok());
  EXPECT_FALSE(DecodeStrings(bytes, ~std::uint64_t{0}).ok());
  bytes[0] = std::byte{4};
  EXPECT_FALSE(DecodeStrings(bytes, 2).ok());
  bytes[0] = std::byte{2};
  bytes[8] = std::byte{1};
  EXPECT_FALSE(DecodeStrings(bytes, 2).ok());
}

TEST(SegmentFormatTest, SizesBeyondMemoryAreRefused) {
  const std::vector<SegmentTensor> tensors = {{.name = "a",
                                               .dtype = DType::kInt8,
                                               .shape = {},
                                               .offset = 0,
                                               .length = ~std::uint64_t{0} / 2},
                                              {.name = "b",
                                               .dtype = DType::kInt8,
                                               .shape = {},
                                               .offset = 0,
                                               .length = ~std::uint64_t{0} / 2}};

  EXPECT_EQ(SegmentLayout::Make(tensors, {}, true).status().code(), StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace thaw
