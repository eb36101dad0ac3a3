#include "engine/output/npy_format.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/output/npy_file.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

TEST(NpyFormatTest, TypeStrings) {
  const struct {
    DType dtype;
    const char* descr;
  } cases[] = {
      {DType::kBool, "|b1"},         {DType::kInt8, "|i1"},     {DType::kUInt8, "|u1"},
      {DType::kInt16, "<i2"},        {DType::kUInt64, "<u8"},   {DType::kFloat16, "<f2"},
      {DType::kFloat32, "<f4"},      {DType::kFloat64, "<f8"},  {DType::kComplex64, "<c8"},
      {DType::kComplex128, "<c16"},  {DType::kBFloat16, "|V2"}, {DType::kFloat8E4M3FN, "|V1"},
      {DType::kInt4, "|V1"},         {DType::kUInt2, "|V1"},    {DType::kQInt32, "|V4"},
      {DType::kFloat4E2M1FN, "|V1"},
  };
  for (const auto& one : cases) EXPECT_EQ(NpyDescr(one.dtype), one.descr);
}

TEST(NpyFormatTest, HeadersAreWholeLinesOf64Bytes) {
  for (const Shape& shape : {Shape{}, Shape{3}, Shape{3, 4}, Shape(254, 1), Shape{INT64_MAX}}) {
    const std::string header = NpyHeader(DType::kFloat32, shape);
    EXPECT_EQ(header.size() % 64, 0u);
    EXPECT_EQ(header.substr(0, 8), std::string("\x93NUMPY\x01\0", 8));
    EXPECT_EQ(header.back(), '\n');
    const auto length =
        static_cast<unsigned char>(header[8]) + 256u * static_cast<unsigned char>(header[9]);
    EXPECT_EQ(length, header.size() - 10);
  }
  EXPECT_NE(NpyHeader(DType::kInt8, Shape{3}).find("'shape': (3,), }"), std::string::npos);
}

TEST(NpyFormatTest, SignsAreCarriedThroughTheByte) {
  const std::string in("\x00\x07\x08\x0f\xf8", 5);  // bits above the fourth do not count
  std::string out(5, '\0');

  SignExtend(DType::kInt4, AsBytes(in), {reinterpret_cast<std::byte*>(out.data()), 5});
  EXPECT_EQ(out, std::string("\x00\x07\xf8\xff\xf8", 5));
  SignExtend(DType::kInt2, AsBytes(std::string_view("\x00\x01\x02\x03", 4)),
             {reinterpret_cast<std::byte*>(out.data()), 4});
  EXPECT_EQ(out.substr(0, 4), std::string("\x00\x01\xfe\xff", 4));
  EXPECT_FALSE(NeedsSignExtension(DType::kUInt4));
  EXPECT_FALSE(NeedsSignExtension(DType::kFloat4E2M1FN));
}

TEST(NpyFileTest, IsHeaderAndElements) {
  TempFolder folder;
  const ArraySpec array{"", DType::kInt16, {2}};

  ASSERT_TRUE(WriteNpyFile(folder.Path("x.npy"), array, AsBytes("abcd"), IfExists::kKeep).ok());

  EXPECT_EQ(folder.Read("x.npy"), NpyHeader(DType::kInt16, array.shape) + "abcd");
  EXPECT_EQ(WriteNpyFile(folder.Path("x.npy"), array, AsBytes("abcd"), IfExists::kKeep).code(),
            StatusCode::kAlreadyExists);
  EXPECT_EQ(WriteNpyFile(folder.Path("y.npy"), array, AsBytes("abc"), IfExists::kKeep).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(
      WriteNpyFile(folder.Path("y.npy"), {"", DType::kString, {}}, {}, IfExists::kKeep).code(),
      StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace thaw
