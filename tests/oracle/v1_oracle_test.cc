// Random V1 checkpoints of our writer are those of TensorFlow: equal bytes, and restored to the
// values that were put in. check_v1.py compares. Skipped where no Python has TensorFlow.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "io/checkpoint/bundle_v1/tensor_slice_writer.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

// check_v1.py ends like this where TensorFlow is missing.
constexpr int kSkipped = 77;

constexpr DType kDTypes[] = {
    DType::kFloat32, DType::kFloat64,   DType::kInt32,      DType::kUInt8,
    DType::kInt16,   DType::kInt8,      DType::kString,     DType::kInt64,
    DType::kBool,    DType::kComplex64, DType::kQInt8,      DType::kQUInt8,
    DType::kQInt32,  DType::kUInt16,    DType::kComplex128, DType::kFloat16,
};

std::string Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string PercentEncoded(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += "%" + Hex({&c, 1});
  return out;
}

class RandomCheckpoint {
 public:
  RandomCheckpoint(unsigned seed, const TempFolder& folder, std::uint32_t num_shards)
      : random_(seed), name_("c" + std::to_string(seed)) {
    Result<TensorSliceWriter> writer =
        TensorSliceWriter::Create(folder.Path(name_), {.num_shards = num_shards});
    EXPECT_TRUE(writer.ok()) << writer.status().ToString();
    manifest_ = "bundle\t" + name_ + "\t" + std::to_string(num_shards) + "\n";
    for (int i = Below(20); i >= 0; --i) AddTensor(*writer, i);
    const Status status = writer->Finish();
    EXPECT_TRUE(status.ok()) << status.ToString();
  }

  const std::string& manifest() const { return manifest_; }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  std::string RandomBytes(std::size_t size, bool is_bool) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(is_bool ? Below(2) : Below(256));
    return bytes;
  }

  void AddTensor(TensorSliceWriter& writer, int number) {
    constexpr const char* kStarts[] = {"scope/", "größe/", "z", ""};
    const std::string name = kStarts[Below(4)] + std::to_string(number);
    const DType dtype = kDTypes[Below(std::size(kDTypes))];
    Shape shape;
    for (int rank = Below(5); rank > 0; --rank) shape.push_back(Below(10) == 0 ? 0 : 1 + Below(7));
    if (shape.empty() || shape.front() == 0 || Below(2) == 0) {
      return AddSlice(writer, name, dtype, shape, nullptr);
    }
    // Rows, in one to all parts; other dimensions whole or in their explicit form.
    for (std::int64_t begin = 0; begin < shape.front();) {
      const std::int64_t length = 1 + Below(static_cast<int>(shape.front() - begin));
      TensorSlice slice = TensorSlice::Full(shape.size());
      slice.dims.front() = {begin, length};
      for (std::size_t d = 1; d < shape.size(); ++d) {
        if (Below(2) == 0 && shape[d] > 0) slice.dims[d] = {0, shape[d]};
      }
      AddSlice(writer, name, dtype, shape, &slice);
      begin += length;
    }
  }

  void AddSlice(TensorSliceWriter& writer, const std::string& name, DType dtype, const Shape& full,
                const TensorSlice* slice) {
    const Shape shape = slice == nullptr ? full : SliceShape(*ResolveSlice(*slice, full));
    const auto count = static_cast<std::size_t>(*NumElements(shape));
    std::string value;
    Status status;
    if (dtype == DType::kString) {
      std::vector<std::string> strings(count);
      for (std::string& one : strings) {
        one = RandomBytes(static_cast<std::size_t>(Below(200)), false);
        value += Hex(one) + ",";
      }
      status = slice == nullptr ? writer.AddStrings(name, full, strings)
                                : writer.AddStringSlice(name, full, *slice, strings);
    } else {
      const std::string bytes = RandomBytes(count * ElementSize(dtype), dtype == DType::kBool);
      value = Hex(bytes);
      status = slice == nullptr ? writer.Add(name, dtype, full, AsBytes(bytes))
                                : writer.AddSlice(name, full, *slice, dtype, AsBytes(bytes));
    }
    EXPECT_TRUE(status.ok()) << status.ToString();
    manifest_ += "put\t" + PercentEncoded(name) + "\t" + std::string(DTypeName(dtype)) + "\t" +
                 (slice == nullptr ? ShapeToString(full) : ShapeAndSliceToString(full, *slice)) +
                 "\t" + value + "\n";
  }

  std::mt19937 random_;
  std::string name_;
  std::string manifest_;
};

TEST(V1OracleTest, RandomCheckpointsAreThoseOfTensorFlow) {
  const TempFolder folder;
  std::string manifest;
  for (unsigned seed = 0; seed < 40; ++seed) {
    manifest += RandomCheckpoint(seed, folder, seed % 4 == 3 ? 2 : 0).manifest();
  }
  folder.Write("manifest.txt", manifest);

  if (std::system("test -x '" THAW_TF_PYTHON "'") != 0) GTEST_SKIP() << "no " THAW_TF_PYTHON;
  const int result = std::system(
      ("'" THAW_TF_PYTHON "' '" THAW_CHECK_V1 "' '" + folder.path() + "' 2>&1").c_str());

  ASSERT_TRUE(WIFEXITED(result));
  if (WEXITSTATUS(result) == kSkipped) GTEST_SKIP() << "no TensorFlow";
  EXPECT_EQ(WEXITSTATUS(result), 0);
}

}  // namespace
}  // namespace thaw
