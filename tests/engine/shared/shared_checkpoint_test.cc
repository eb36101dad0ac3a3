#include "engine/shared_checkpoint.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "io/base/crc32c.h"
#include "io/checkpoint/bundle_v2/bundle_writer.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// A process that runs shared_memory_peer; its output comes through a pipe.
class Peer {
 public:
  explicit Peer(const std::vector<std::string>& arguments) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    output_ = ends[0];
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::vector<std::string> words = {THAW_PEER};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    EXPECT_EQ(::posix_spawn(&pid_, THAW_PEER, &actions, nullptr, argv.data(), environ), 0);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
  }
  ~Peer() { ::close(output_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // Waits until it has written so many bytes, or ends; returns what it wrote.
  std::string Read(std::size_t size) {
    std::string text;
    char byte;
    while (text.size() < size && ::read(output_, &byte, 1) == 1) text += byte;
    return text;
  }
  void Kill() { ::kill(pid_, SIGKILL); }
  // The rest of its output; it has ended then.
  std::string Wait() {
    std::string text = Read(~std::size_t{0});
    int status = 0;
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
    return text;
  }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
};

class SharedCheckpointTest : public testing::Test {
 protected:
  SharedCheckpointTest() : prefix_(folder_.Path("model")), name_(shared_.Path("m")) { Write(1.0f); }

  // A few chunks of floats, an int and strings.
  void Write(float first) {
    values_.resize(600'000);
    std::iota(values_.begin(), values_.end(), first);
    const std::vector<std::int64_t> step = {7};
    const std::vector<std::string> words = {"hello", "", "world"};
    Result<BundleWriter> writer = BundleWriter::Create(prefix_, {.overwrite = true});
    EXPECT_TRUE(writer->Add("step", DType::kInt64, {}, std::as_bytes(std::span(step))).ok());
    EXPECT_TRUE(
        writer->Add("w", DType::kFloat32, Shape{600, 1000}, std::as_bytes(std::span(values_)))
            .ok());
    EXPECT_TRUE(writer->AddStrings("words", Shape{3}, words).ok());
    EXPECT_TRUE(writer->Finish().ok());
  }

  Result<SharedCheckpoint> Load(const ShareOptions& options = {}) {
    return SharedCheckpoint::Load(prefix_, name_, options);
  }

  std::uint32_t SumOfValues() const {
    const std::vector<std::int64_t> step = {7};
    const std::uint32_t crc = Crc32c(std::as_bytes(std::span(step)));
    return Crc32cExtend(crc, std::as_bytes(std::span(values_)));
  }

  void ExpectAllThere(const SharedCheckpoint& shared) const {
    ASSERT_EQ(shared.num_tensors(), 3u);
    const SharedTensor w = *shared.Find("w");
    EXPECT_THAT(w.shape, ElementsAre(600, 1000));
    ASSERT_EQ(w.bytes.size(), values_.size() * 4);
    EXPECT_EQ(std::memcmp(w.bytes.data(), values_.data(), w.bytes.size()), 0);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(w.bytes.data()) % 64, 0u);
    EXPECT_THAT(shared.Find("words")->strings, ElementsAre("hello", "", "world"));
    EXPECT_EQ(shared.Find("x").status().code(), StatusCode::kNotFound);
  }

  const TempFolder folder_;
  const TempFolder shared_;
  const std::string prefix_;
  const std::string name_;
  std::vector<float> values_;
};

TEST_F(SharedCheckpointTest, TheFirstRestoresAndTheOthersMap) {
  const Result<SharedCheckpoint> first = Load();
  const Result<SharedCheckpoint> second = Load();
  const Result<SharedCheckpoint> third = SharedCheckpoint::Open(name_);

  ASSERT_TRUE(first.ok()) << first.status().message();
  ASSERT_TRUE(second.ok() && third.ok());
  EXPECT_TRUE(first->was_restored());
  EXPECT_FALSE(second->was_restored() || third->was_restored());
  EXPECT_EQ(third->prefix(), prefix_);
  EXPECT_TRUE(third->CheckFresh().ok());
  for (const SharedCheckpoint& shared : {*first, *second, *third}) ExpectAllThere(shared);
  EXPECT_THAT(shared_.Names(), ElementsAre("m"));
}

TEST_F(SharedCheckpointTest, ViewsOutliveTheName) {
  const SharedCheckpoint shared = *Load();

  ASSERT_TRUE(SharedCheckpoint::Remove(name_).ok());

  ExpectAllThere(shared);
  EXPECT_EQ(SharedCheckpoint::Open(name_).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(SharedCheckpoint::Remove(name_).code(), StatusCode::kNotFound);
}

TEST_F(SharedCheckpointTest, APosixNameIsOneOfSharedMemory) {
  const std::string name = "tensorthaw-test-" + std::to_string(::getpid());

  const Result<SharedCheckpoint> shared = SharedCheckpoint::Load(prefix_, name);
  const int found = ::access(("/dev/shm/" + name).c_str(), F_OK);
  const Status removed = SharedCheckpoint::Remove("/" + name);

  ASSERT_TRUE(shared.ok()) << shared.status().message();
  EXPECT_EQ(found, 0);
  EXPECT_TRUE(removed.ok());
  ExpectAllThere(*shared);
}

TEST_F(SharedCheckpointTest, AChangedCheckpointIsRestoredAnew) {
  const SharedCheckpoint old = *Load();
  const std::vector<float> old_values = values_;
  Write(2.0f);
  EXPECT_EQ(old.CheckFresh().code(), StatusCode::kFailedPrecondition);
  EXPECT_TRUE(SharedCheckpoint::Open(name_).ok());

  const SharedCheckpoint anew = *Load();

  EXPECT_TRUE(anew.was_restored() && anew.CheckFresh().ok());
  ExpectAllThere(anew);
  EXPECT_EQ(std::memcmp(old.Find("w")->bytes.data(), old_values.data(), 4000), 0);
}

TEST_F(SharedCheckpointTest, TensorsAreChosenAndConverted) {
  ShareOptions options;
  options.tensors = {"w*", "step"};
  options.conversions = {{DType::kFloat32, DType::kFloat64}};

  const SharedCheckpoint shared = *Load(options);
  const SharedTensor w = *shared.Find("w");

  EXPECT_EQ(w.dtype, DType::kFloat64);
  double last;
  std::memcpy(&last, w.bytes.data() + w.bytes.size() - 8, 8);
  EXPECT_EQ(last, static_cast<double>(values_.back()));
  const Status other = Load().status();
  EXPECT_EQ(other.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(other.message(), HasSubstr("another choice"));
  std::swap(options.tensors[0], options.tensors[1]);
  EXPECT_FALSE(Load(options)->was_restored());
  options.tensors = {"nothing"};
  EXPECT_EQ(SharedCheckpoint::Load(prefix_, shared_.Path("n"), options).status().code(),
            StatusCode::kNotFound);
}

TEST_F(SharedCheckpointTest, WhatWasNotVerifiedDoesNotServeWhoWantsItVerified) {
  ShareOptions unverified;
  unverified.restore.verify = false;

  EXPECT_TRUE(Load(unverified)->was_restored());
  EXPECT_FALSE(Load(unverified)->was_restored());
  EXPECT_TRUE(Load()->was_restored());
  EXPECT_FALSE(Load(unverified)->was_restored());
}

TEST_F(SharedCheckpointTest, ADamagedCheckpointIsNeverPublished) {
  std::string data = folder_.Read("model.data-00000-of-00001");
  data[1'000'000] ^= 1;
  folder_.Write("model.data-00000-of-00001", data);

  const Status status = Load().status();

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_EQ(status.tensor(), "w");
  EXPECT_TRUE(shared_.Names().empty());
}

TEST_F(SharedCheckpointTest, ACheckpointThatChangesMeanwhileIsNeverPublished) {
  ShareOptions options;
  options.restore.threads = 1;
  options.restore.progress = [&](const RestoreProgress&) { folder_.Write("model.index", "x"); };

  EXPECT_EQ(Load(options).status().code(), StatusCode::kFailedPrecondition);
  EXPECT_TRUE(shared_.Names().empty());
}

TEST_F(SharedCheckpointTest, AFileOfSomethingElseIsLeftAlone) {
  shared_.Write("m", std::string(1000, 'x'));

  EXPECT_EQ(Load().status().code(), StatusCode::kDataLoss);
  EXPECT_EQ(SharedCheckpoint::Open(name_).status().code(), StatusCode::kDataLoss);
  EXPECT_EQ(shared_.Read("m"), std::string(1000, 'x'));
}

TEST_F(SharedCheckpointTest, WithoutANameADescriptorIsTheKey) {
  const Result<SharedCheckpoint> first = SharedCheckpoint::LoadUnnamed(prefix_);
  ASSERT_TRUE(first.ok()) << first.status().message();

  const Result<SharedCheckpoint> second = SharedCheckpoint::OpenDescriptor(first->descriptor());

  ASSERT_TRUE(second.ok());
  ExpectAllThere(*second);
  EXPECT_FALSE(second->was_restored());
}

TEST_F(SharedCheckpointTest, ProcessesThatStartTogetherRestoreOnce) {
  std::vector<std::unique_ptr<Peer>> peers;
  for (int i = 0; i < 6; ++i) {
    peers.push_back(std::make_unique<Peer>(std::vector<std::string>{prefix_, name_, "2"}));
  }
  int restored = 0;
  for (const auto& peer : peers) {
    const std::string said = peer->Wait();
    restored += said.starts_with("restored");
    EXPECT_THAT(said, HasSubstr(" " + std::to_string(SumOfValues()) + "\n"));
  }

  EXPECT_EQ(restored, 1);
  EXPECT_THAT(shared_.Names(), ElementsAre("m"));
}

// Each is killed after another number of chunks, the last after its last one.
TEST_F(SharedCheckpointTest, AProcessThatIsKilledLeavesNothingThatOthersTakeForComplete) {
  int killed_in_the_middle = 0;
  for (std::size_t round = 0; round < 60; ++round) {
    Peer peer({prefix_, name_, std::to_string(1 + round % 2), "slow"});
    const std::string dots = peer.Read(1 + round % 6);
    peer.Kill();
    const std::string rest = peer.Wait();
    killed_in_the_middle += rest.find("restored") == std::string::npos;

    const Result<SharedCheckpoint> left = SharedCheckpoint::Open(name_);
    if (left.ok()) {
      ExpectAllThere(*left);
      ASSERT_TRUE(SharedCheckpoint::Remove(name_).ok());
    } else {
      EXPECT_EQ(left.status().code(), StatusCode::kNotFound);
    }
  }

  EXPECT_GE(killed_in_the_middle, 50);
  EXPECT_THAT(Peer({prefix_, name_, "1"}).Wait(), StartsWith("restored"));
  EXPECT_THAT(shared_.Names(), ElementsAre("m"));
}

TEST_F(SharedCheckpointTest, AWaiterGoesOnWhenTheProcessItWaitsForIsKilled) {
  Peer first({prefix_, name_, "1", "slow"});
  first.Read(1);
  Peer second({prefix_, name_, "1"});
  first.Kill();
  first.Wait();

  EXPECT_THAT(second.Wait(), StartsWith("restored"));
}

}  // namespace
}  // namespace thaw
