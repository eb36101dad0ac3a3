#include "io/storage/read_queue.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include "io/storage/descriptor.h"
#include "io/storage/staging.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

struct QueueCase {
  const char* name;
  std::unique_ptr<ReadQueue> (*make)(std::size_t depth);
};

class ReadQueueTest : public testing::TestWithParam<QueueCase> {
 protected:
  void SetUp() override {
    queue_ = GetParam().make(4);
    if (queue_ == nullptr) GTEST_SKIP() << "this kernel or build has no io_uring";
    bytes_.resize(100'000);
    for (std::size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = static_cast<char>(i * 7 + i / 256);
    file_ = Descriptor(::open(folder_.Write("f", bytes_).c_str(), O_RDONLY | O_CLOEXEC));
  }

  TempFolder folder_;
  std::string bytes_;
  Descriptor file_;
  std::unique_ptr<ReadQueue> queue_;
};

TEST_P(ReadQueueTest, EveryReadComesBackOnceWithItsBytes) {
  constexpr std::uint64_t kLength = 5000;
  const std::uint64_t num_reads = bytes_.size() / kLength;
  Staging memory(bytes_.size() / kStagingAlignment * kStagingAlignment + kStagingAlignment);
  std::map<std::uint64_t, int> returned;

  std::uint64_t next = 0;
  for (; next < queue_->depth(); ++next) {
    queue_->Push(
        {file_.get(), next * kLength, kLength, memory.view().data() + next * kLength, next});
  }
  for (std::uint64_t i = 0; i < num_reads; ++i) {
    const FinishedRead finished = queue_->Wait();
    ++returned[finished.tag];
    EXPECT_EQ(finished.error, 0);
    EXPECT_EQ(finished.length, kLength);
    if (next == num_reads) continue;
    queue_->Push(
        {file_.get(), next * kLength, kLength, memory.view().data() + next * kLength, next});
    ++next;
  }

  EXPECT_EQ(returned.size(), num_reads);
  const auto* read = reinterpret_cast<const char*>(memory.view().data());
  EXPECT_TRUE(std::equal(bytes_.begin(), bytes_.end(), read));
}

TEST_P(ReadQueueTest, TheEndOfTheFileEndsARead) {
  Staging memory(8192);

  queue_->Push({file_.get(), bytes_.size() - 10, 4096, memory.view().data(), 1});
  EXPECT_EQ(queue_->Wait().length, 10u);
  queue_->Push({file_.get(), bytes_.size() + 10, 4096, memory.view().data(), 2});
  EXPECT_EQ(queue_->Wait().length, 0u);
}

TEST_P(ReadQueueTest, AnErrorIsThatOfTheRead) {
  Staging memory(4096);

  queue_->Push({-1, 0, 4096, memory.view().data(), 7});
  const FinishedRead finished = queue_->Wait();

  EXPECT_EQ(finished.tag, 7u);
  EXPECT_EQ(finished.error, EBADF);
}

TEST_P(ReadQueueTest, TheEndWaitsForReadsUnderWay) {
  Staging memory(std::size_t{4} * 8192);
  for (std::uint64_t i = 0; i < 4; ++i) {
    queue_->Push({file_.get(), i * 8192, 8192, memory.view().data() + i * 8192, i});
  }
  queue_->Wait();

  queue_.reset();
}

INSTANTIATE_TEST_SUITE_P(Queues, ReadQueueTest,
                         testing::Values(QueueCase{"uring", MakeUringQueue},
                                         QueueCase{"threads", MakeThreadQueue}),
                         [](const auto& test) { return test.param.name; });

// From here on the process cannot use io_uring: exit code 0 when the queue says so.
[[noreturn]] void ForbidUringAndAsk() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {static_cast<unsigned short>(std::size(filter)), filter};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    ::_exit(77);
  }
  ::_exit(MakeUringQueue(4) == nullptr ? 0 : 1);
}

TEST(UringQueueTest, ARefusalOfTheKernelIsNoQueue) {
  const pid_t child = ::fork();
  if (child == 0) ForbidUringAndAsk();
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);

  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "no seccomp filters here";
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace thaw
