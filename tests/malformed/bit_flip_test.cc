// Every single bit of small checkpoints is flipped once: each flip is found, in the index when it
// is opened, in a data file by its checksum. No flip may give other values in silence.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/verify.h"
#include "tests/golden/golden_manifest.h"
#include "tests/support/restore_tensor.h"

namespace thaw {
namespace {

class BitFlipTest : public ::testing::TestWithParam<std::string> {
 protected:
  BitFlipTest() : folder_(::testing::TempDir() + "bit_flip_" + GetParam()) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    const std::string prefix = GoldenPath(GetParam());
    for (const auto& entry : std::filesystem::directory_iterator(GoldenPath(""))) {
      const std::string path = entry.path();
      if (path.starts_with(prefix + ".index") || path.starts_with(prefix + ".data-")) {
        const std::string copy = folder_ + "/x" + path.substr(prefix.size());
        std::filesystem::copy_file(path, copy);
        files_.push_back(copy);
      }
    }
  }
  ~BitFlipTest() override { std::filesystem::remove_all(folder_); }

  // True when the damage is reported, be it on opening or by verifying.
  bool IsFound() const {
    const auto checkpoint = Checkpoint::Open(folder_ + "/x");
    if (!checkpoint.ok()) return true;
    RestoreOptions options;
    options.threads = 1;
    options.inline_executor = true;
    const auto report = Verify(*checkpoint, options);
    return !report.ok() || !report->ok();
  }

  std::string folder_;
  std::vector<std::string> files_;
};

TEST_P(BitFlipTest, EveryFlipIsFound) {
  ASSERT_GE(files_.size(), 2u);
  ASSERT_FALSE(IsFound());
  std::size_t num_flips = 0;
  std::vector<std::string> missed;
  for (const std::string& path : files_) {
    const std::string bytes = ReadFileBytes(path);
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_GE(fd, 0);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      const auto at = static_cast<off_t>(bit / 8);
      const char flipped = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
      ASSERT_EQ(::pwrite(fd, &flipped, 1, at), 1);
      if (!IsFound()) missed.push_back(path + " bit " + std::to_string(bit));
      ++num_flips;
      ASSERT_EQ(::pwrite(fd, &bytes[bit / 8], 1, at), 1);
    }
    ::close(fd);
  }

  EXPECT_TRUE(missed.empty()) << missed.size() << " of " << num_flips << ", first " << missed[0];
  RecordProperty("flips", static_cast<int>(num_flips));
}

INSTANTIATE_TEST_SUITE_P(All, BitFlipTest,
                         ::testing::Values("slices", "strings", "merged", "odd_names", "variant",
                                           "snappy_index", "big_endian"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace thaw
