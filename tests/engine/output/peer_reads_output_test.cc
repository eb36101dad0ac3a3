// NumPy and safetensors read what we write: arrays of every dtype, odd shapes and odd names, each
// compared in Python by name, dtype, shape and bytes. Skipped where no Python has the packages.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/output/npy_file.h"
#include "engine/output/npy_format.h"
#include "engine/output/output_formats.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

// check_output.py ends like this where a package is missing.
constexpr int kSkipped = 77;

struct NamedArray {
  ArraySpec spec;
  std::string bytes;
};

std::string RandomElements(const ArraySpec& spec) {
  std::mt19937 random(static_cast<unsigned>(spec.dtype));
  std::string bytes(*ArrayBytes(spec), '\0');
  for (char& c : bytes) {
    const auto value = static_cast<unsigned>(random());
    switch (spec.dtype) {
      case DType::kBool:
      case DType::kUInt2:
      case DType::kInt2:
        c = static_cast<char>(value & (spec.dtype == DType::kBool ? 1 : 3));
        break;
      case DType::kInt4:
      case DType::kUInt4:
      case DType::kFloat4E2M1FN:
        c = static_cast<char>(value & 15);
        break;
      default:
        c = static_cast<char>(value);
    }
  }
  return bytes;
}

std::vector<NamedArray> Arrays() {
  std::vector<ArraySpec> specs;
  for (std::int64_t number = 1; number <= 33; ++number) {
    const std::optional<DType> dtype = DTypeFromNumber(number);
    if (!dtype || !IsFixedSize(*dtype)) continue;
    specs.push_back({"every/" + std::string(DTypeName(*dtype)), *dtype, {2, 3}});
  }
  specs.push_back({"shape/scalar", DType::kFloat32, {}});
  specs.push_back({"shape/empty", DType::kFloat64, {3, 0, 2}});
  specs.push_back({"shape/one", DType::kInt32, {7}});
  specs.push_back({"shape/large", DType::kFloat32, {1000, 1001}});
  specs.push_back({"name/caf\xc3\xa9 \xe2\x82\xac", DType::kInt16, {2}});
  specs.push_back({"name/\"quotes\\", DType::kInt16, {2}});
  specs.push_back({"name/line\nbreak", DType::kInt16, {2}});
  specs.push_back({"name/" + std::string(3000, 'x'), DType::kInt16, {2}});
  std::vector<NamedArray> arrays;
  for (const ArraySpec& spec : specs) arrays.push_back({spec, RandomElements(spec)});
  return arrays;
}

std::string Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    text += {kDigits[value >> 4], kDigits[value & 15]};
  }
  return text;
}

// A line for check_output.py: "HEX-OF-NAME TYPE DIMS HEX-OF-BYTES", dims separated by commas.
std::string ExpectedLine(const ArraySpec& spec, const std::string& type, std::string_view bytes) {
  std::string dims;
  for (const std::int64_t dim : spec.shape) dims += std::to_string(dim) + ",";
  return (spec.name.empty() ? "-" : Hex(spec.name)) + " " + type + " " +
         (dims.empty() ? "-" : dims) + " " + (bytes.empty() ? "-" : Hex(bytes)) + "\n";
}

std::string NumPyBytes(const NamedArray& array) {
  std::string bytes = array.bytes;
  if (NeedsSignExtension(array.spec.dtype)) {
    SignExtend(array.spec.dtype, AsBytes(array.bytes),
               {reinterpret_cast<std::byte*>(bytes.data()), bytes.size()});
  }
  return bytes;
}

class PeerReadsOutputTest : public ::testing::Test {
 protected:
  // Writes all arrays and returns the names of those that were skipped.
  std::set<std::string> Write(const std::string& file) {
    auto output = CreateOutput(folder_.Path(file), IfExists::kKeep);
    EXPECT_TRUE(output.ok());
    std::vector<ArraySpec> specs;
    for (const NamedArray& array : arrays_) specs.push_back(array.spec);
    EXPECT_TRUE((*output)->Declare(specs).ok());
    for (std::size_t i = 0; i < arrays_.size(); ++i) {
      EXPECT_TRUE((*output)->Write(i, AsBytes(arrays_[i].bytes)).ok());
    }
    std::set<std::string> skipped;
    for (const SkippedArray& array : (*output)->skipped()) skipped.insert(array.name);
    EXPECT_TRUE((*output)->Finish().ok());
    return skipped;
  }

  void CheckInPython(const std::string& file, const std::string& expected) {
    const std::string list = folder_.Write(file + ".expected", expected);
    const std::string command = std::string("'" THAW_TF_PYTHON "' '" THAW_CHECK_OUTPUT "' '") +
                                folder_.Path(file) + "' '" + list + "'";
    if (std::system(("test -x '" THAW_TF_PYTHON "'")) != 0) {
      GTEST_SKIP() << "no Python at " THAW_TF_PYTHON;
    }
    const int status = std::system(command.c_str());
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == kSkipped) GTEST_SKIP() << "a package is missing";
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }

  const std::vector<NamedArray> arrays_ = Arrays();
  TempFolder folder_;
};

TEST_F(PeerReadsOutputTest, Npz) {
  const std::set<std::string> skipped = Write("x.npz");

  EXPECT_TRUE(skipped.empty());
  std::string expected;
  for (const NamedArray& array : arrays_) {
    expected += ExpectedLine(array.spec, NpyDescr(array.spec.dtype), NumPyBytes(array));
  }
  CheckInPython("x.npz", expected);
}

TEST_F(PeerReadsOutputTest, Npy) {
  for (const NamedArray& array : arrays_) {
    const std::string file = "x" + std::to_string(&array - arrays_.data()) + ".npy";
    ASSERT_TRUE(
        WriteNpyFile(folder_.Path(file), array.spec, AsBytes(array.bytes), IfExists::kKeep).ok());
    // One Python per file would take a minute; three files show what the archive does not.
    if (array.spec.name != "every/int4" && !array.spec.name.starts_with("shape/")) continue;
    CheckInPython(file, ExpectedLine({"", array.spec.dtype, array.spec.shape},
                                     NpyDescr(array.spec.dtype), NumPyBytes(array)));
  }
}

TEST_F(PeerReadsOutputTest, Safetensors) {
  const std::set<std::string> skipped = Write("x.safetensors");

  EXPECT_TRUE(skipped.contains("every/complex64"));
  EXPECT_TRUE(skipped.contains("every/qint8"));
  EXPECT_TRUE(skipped.contains("every/int4"));
  EXPECT_EQ(arrays_.size() - skipped.size(), 15u + 8u);
  std::string expected;
  for (const NamedArray& array : arrays_) {
    if (skipped.contains(array.spec.name)) continue;
    expected += ExpectedLine(array.spec, std::string(DTypeName(array.spec.dtype)), array.bytes);
  }
  CheckInPython("x.safetensors", expected);
}

}  // namespace
}  // namespace thaw
