#include "engine/verify.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/checkpoint/bundle_v2/bundle_writer.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

constexpr const char* kDataFile = "m.data-00000-of-00001";

class VerifyTest : public testing::Test {
 protected:
  // "large" takes several chunks; "words" and the small ones are among them in the file.
  VerifyTest() {
    Result<BundleWriter> writer = BundleWriter::Create(folder_.Path("m"));
    const std::vector<float> large(1'000'000, 0.5f);
    const std::vector<float> small(10, 2.0f);
    const std::vector<std::string> words = {"hello", "world"};
    EXPECT_TRUE(writer->Add("a", DType::kFloat32, Shape{10}, Raw(small)).ok());
    EXPECT_TRUE(writer->Add("empty", DType::kFloat32, Shape{0}, {}).ok());
    EXPECT_TRUE(writer->Add("large", DType::kFloat32, Shape{1000, 1000}, Raw(large)).ok());
    EXPECT_TRUE(writer->AddStrings("words", Shape{2}, words).ok());
    EXPECT_TRUE(writer->Add("z", DType::kFloat32, Shape{10}, Raw(small)).ok());
    EXPECT_TRUE(writer->Finish().ok());
  }

  static ByteView Raw(const std::vector<float>& values) { return std::as_bytes(std::span(values)); }

  Checkpoint Open() const {
    OpenOptions options;
    options.tolerate_entry_errors = true;
    return *Checkpoint::Open(folder_.Path("m"), options);
  }

  void Damage(std::size_t offset) const {
    std::string bytes = folder_.Read(kDataFile);
    bytes[offset] = static_cast<char>(bytes[offset] ^ 0x10);
    folder_.Write(kDataFile, bytes);
  }

  const TempFolder folder_;
};

RestoreOptions Threads(int threads) {
  RestoreOptions options;
  options.threads = threads;
  return options;
}

TEST_F(VerifyTest, SoundCheckpointIsCountedWhole) {
  for (const int threads : {1, 2, 4}) {
    const Result<VerifyReport> report = Verify(Open(), Threads(threads));

    ASSERT_TRUE(report.ok()) << report.status().ToString();
    EXPECT_TRUE(report->ok());
    EXPECT_EQ(report->tensors_checked, 5u);
    EXPECT_EQ(report->bytes_checked, folder_.Read(kDataFile).size());
  }
}

TEST_F(VerifyTest, ExecutorsAgreeOnDamageInAnyChunk) {
  const std::size_t size = folder_.Read(kDataFile).size();
  for (const std::size_t offset :
       {std::size_t{0}, std::size_t{40}, size / 2, size - 45, size - 1}) {
    Damage(offset);
    RestoreOptions plain;
    plain.inline_executor = true;

    const Result<VerifyReport> expected = Verify(Open(), plain);
    const Result<VerifyReport> report = Verify(Open(), Threads(3));

    ASSERT_TRUE(expected.ok() && report.ok());
    ASSERT_EQ(expected->damaged.size(), 1u) << offset;
    ASSERT_EQ(report->damaged.size(), 1u) << offset;
    EXPECT_EQ(report->damaged[0].tensor, expected->damaged[0].tensor);
    EXPECT_EQ(report->damaged[0].damage, Damage::kChecksum);
    EXPECT_LE(report->damaged[0].offset, offset);
    EXPECT_GT(report->damaged[0].offset + report->damaged[0].bytes, offset);
    EXPECT_EQ(report->bytes_checked, expected->bytes_checked);
    Damage(offset);
  }
}

TEST_F(VerifyTest, EveryIoModeChecksEverything) {
  Damage(100'000);
  for (const IoMode mode : {IoMode::kMmap, IoMode::kPread}) {
    OpenOptions options;
    options.io = mode;
    const Result<Checkpoint> checkpoint = Checkpoint::Open(folder_.Path("m"), options);

    const Result<VerifyReport> report = Verify(*checkpoint, Threads(2));

    ASSERT_TRUE(report.ok());
    ASSERT_EQ(report->damaged.size(), 1u);
    EXPECT_EQ(report->damaged[0].tensor, "large");
  }
}

TEST_F(VerifyTest, CancelledVerificationSaysNothing) {
  CancellationToken cancel;
  cancel.Cancel();
  RestoreOptions options = Threads(2);
  options.cancel = &cancel;

  const Result<VerifyReport> report = Verify(Open(), options);

  EXPECT_EQ(report.status().code(), StatusCode::kCancelled);
}

TEST_F(VerifyTest, ProgressEndsAtTheTotal) {
  RestoreProgress last;
  RestoreOptions options = Threads(2);
  options.progress = [&last](const RestoreProgress& progress) { last = progress; };

  ASSERT_TRUE(Verify(Open(), options).ok());

  EXPECT_EQ(last.bytes_total, folder_.Read(kDataFile).size());
  EXPECT_EQ(last.bytes_done, last.bytes_total);
}

}  // namespace
}  // namespace thaw
