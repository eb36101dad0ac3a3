#include "engine/shared/shared_memory.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "engine/shared/publication_lock.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(SharedMemoryTest, NamesWithoutAFolderAreThoseOfPosix) {
  EXPECT_EQ(*SharedMemoryPath("bert"), "/dev/shm/bert");
  EXPECT_EQ(*SharedMemoryPath("/bert"), "/dev/shm/bert");
  EXPECT_EQ(*SharedMemoryPath("./bert"), "./bert");
  EXPECT_EQ(*SharedMemoryPath("/mnt/bert"), "/mnt/bert");
  for (const std::string& name : {std::string(), std::string("/"), std::string("a/"),
                                  std::string(".."), std::string("a\0b", 3)}) {
    EXPECT_EQ(SharedMemoryPath(name).status().code(), StatusCode::kInvalidArgument) << name;
  }
}

TEST(SharedMemoryTest, NothingHasANameBeforeItIsPublished) {
  const TempFolder folder;
  const std::string path = folder.Path("m");
  {
    NewSharedMemory abandoned = *NewSharedMemory::Create(path, 10000);
    abandoned.bytes()[9999] = std::byte{1};
    EXPECT_THAT(folder.Names(), IsEmpty());
  }
  NewSharedMemory memory = *NewSharedMemory::Create(path, 10000);
  memory.bytes()[9999] = std::byte{2};

  ASSERT_TRUE(memory.Publish(path).ok());

  EXPECT_THAT(folder.Names(), ElementsAre("m"));
  const SharedMapping mapping = std::move(*SharedMapping::Open(path));
  EXPECT_EQ(mapping.bytes().size(), 10000u);
  EXPECT_EQ(mapping.bytes()[9999], std::byte{2});
}

TEST(SharedMemoryTest, WhoHasTheReplacedMemoryMappedKeepsIt) {
  const TempFolder folder;
  const std::string path = folder.Path("m");
  folder.Write("m.new", "of a process that ended in the middle");
  for (const char value : {'\1', '\2'}) {
    NewSharedMemory memory = *NewSharedMemory::Create(path, 100);
    memory.bytes()[0] = static_cast<std::byte>(value);
    if (value == '\1') {
      ASSERT_TRUE(memory.Publish(path).ok());
      continue;
    }
    const SharedMapping old = std::move(*SharedMapping::Open(path));
    ASSERT_TRUE(memory.Publish(path).ok());
    EXPECT_EQ(old.bytes()[0], std::byte{1});
  }

  EXPECT_EQ(std::move(*SharedMapping::Open(path)).bytes()[0], std::byte{2});
  EXPECT_THAT(folder.Names(), ElementsAre("m"));
  EXPECT_TRUE(RemoveSharedMemory(path).ok());
  EXPECT_EQ(RemoveSharedMemory(path).code(), StatusCode::kNotFound);
  EXPECT_EQ(SharedMapping::Open(path).status().code(), StatusCode::kNotFound);
}

TEST(SharedMemoryTest, WhatAnotherUserCouldHaveWrittenIsRefused) {
  const TempFolder folder;
  const std::string path = folder.Write("m", "bytes");
  ASSERT_EQ(::chmod(path.c_str(), 0622), 0);

  EXPECT_EQ(SharedMapping::Open(path).status().code(), StatusCode::kPermissionDenied);

  if (::geteuid() != 0) return;
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
  EXPECT_EQ(SharedMapping::Open(path).status().code(), StatusCode::kPermissionDenied);
}

TEST(SharedMemoryTest, LinksAndFoldersAreRefused) {
  const TempFolder folder;
  const std::string path = folder.Write("m", "bytes");
  ASSERT_EQ(::symlink(path.c_str(), folder.Path("link").c_str()), 0);

  EXPECT_FALSE(SharedMapping::Open(folder.Path("link")).ok());
  EXPECT_EQ(SharedMapping::Open(folder.path()).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(SharedMapping::Open(folder.Write("empty", "")).status().code(), StatusCode::kDataLoss);
  EXPECT_EQ(NewSharedMemory::Create(folder.Path("none/m"), 1).status().code(),
            StatusCode::kNotFound);
}

TEST(SharedMemoryTest, ASealedDescriptorCannotBeWritten) {
  NewSharedMemory memory = *NewSharedMemory::CreateAnonymous(100);
  memory.bytes()[5] = std::byte{3};

  const Result<Descriptor> sealed = std::move(memory).Seal();

  ASSERT_TRUE(sealed.ok());
  EXPECT_EQ(::pwrite(sealed->get(), "x", 1, 0), -1);
  EXPECT_EQ(::ftruncate(sealed->get(), 1), -1);
  EXPECT_EQ(::mmap(nullptr, 100, PROT_READ | PROT_WRITE, MAP_SHARED, sealed->get(), 0), MAP_FAILED);
  const SharedMapping mapping = std::move(*SharedMapping::OfDescriptor(sealed->get()));
  EXPECT_EQ(mapping.bytes()[5], std::byte{3});
  EXPECT_FALSE(SharedMapping::OfDescriptor(-1).ok());
}

TEST(SharedMemoryTest, MoreThanTheMachineHasIsResourceExhausted) {
  EXPECT_EQ(NewSharedMemory::CreateAnonymous(~std::uint64_t{0}).status().code(),
            StatusCode::kResourceExhausted);
  const Status refused = NewSharedMemory::CreateAnonymous(std::uint64_t{1} << 50).status();
  EXPECT_EQ(refused.code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(refused.message(), HasSubstr("no room for 1125899906842624 bytes"));
}

// Each system call that can refuse, made to refuse by a limit of the process.
TEST(SharedMemoryTest, RefusedSystemCallsAreErrors) {
  const TempFolder folder;
  const auto with_limit = [](int resource, rlim_t limit, auto make) {
    rlimit old{};
    EXPECT_EQ(::getrlimit(static_cast<__rlimit_resource>(resource), &old), 0);
    const rlimit small = {limit, old.rlim_max};
    EXPECT_EQ(::setrlimit(static_cast<__rlimit_resource>(resource), &small), 0);
    const Status status = make();
    EXPECT_EQ(::setrlimit(static_cast<__rlimit_resource>(resource), &old), 0);
    return status;
  };
  const auto named = [&] { return NewSharedMemory::Create(folder.Path("m"), 1 << 20).status(); };
  const auto anonymous = [] { return NewSharedMemory::CreateAnonymous(1 << 20).status(); };

  EXPECT_EQ(with_limit(RLIMIT_NOFILE, 0, named).code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(with_limit(RLIMIT_NOFILE, 0, anonymous).code(), StatusCode::kResourceExhausted);
  EXPECT_TRUE(named().ok() && anonymous().ok());
}

// What happens on a tmpfs of 1 MiB, in a process with a mount namespace of its own; empty where
// nothing may be mounted.
std::string OnSmallFileSystem(const std::string& folder) {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const int flags = CLONE_NEWNS | (::geteuid() == 0 ? 0 : CLONE_NEWUSER);
    if (::unshare(flags) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", folder.c_str(), "tmpfs", 0, "size=1m") != 0) {
      ::_exit(0);
    }
    const Status fits = NewSharedMemory::Create(folder + "/m", 512 << 10).status();
    const Status too_large = NewSharedMemory::Create(folder + "/m", 4 << 20).status();
    const std::string said = fits.ToString() + "|" + too_large.ToString() + "|" + too_large.hint();
    const bool written = ::write(ends[1], said.data(), said.size()) > 0;
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  std::string said;
  char byte;
  while (::read(ends[0], &byte, 1) == 1) said += byte;
  ::close(ends[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  return said;
}

TEST(SharedMemoryTest, AFullFileSystemIsAnErrorBeforeTheFirstByteIsWritten) {
  const TempFolder folder;

  const std::string said = OnSmallFileSystem(folder.path());

  if (said.empty()) GTEST_SKIP() << "nothing may be mounted here";
  EXPECT_THAT(said, HasSubstr("OK|RESOURCE_EXHAUSTED"));
  EXPECT_THAT(said, HasSubstr("no room for 4194304 bytes of shared memory: the file system has "
                              "1048576, of which 1048576 are free"));
  EXPECT_THAT(said, HasSubstr("--shm-size"));
}

TEST(PublicationLockTest, OneAtATimeHoldsIt) {
  const TempFolder folder;
  const std::string path = folder.Path("m");
  std::atomic<int> holders{0};
  std::atomic<int> overlaps{0};
  std::vector<std::thread> threads;
  for (int id = 0; id < 4; ++id) {
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        const Result<PublicationLock> lock = PublicationLock::Take(path, nullptr);
        ASSERT_TRUE(lock.ok());
        overlaps += ++holders > 1;
        std::this_thread::yield();
        --holders;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(overlaps, 0);
  EXPECT_THAT(folder.Names(), IsEmpty());
}

TEST(PublicationLockTest, TheWaitEndsWhenItIsCancelled) {
  const TempFolder folder;
  CancellationToken cancel;
  const Result<PublicationLock> held = PublicationLock::Take(folder.Path("m"), nullptr);
  cancel.Cancel();

  const Result<PublicationLock> refused = PublicationLock::Take(folder.Path("m"), &cancel);

  EXPECT_EQ(refused.status().code(), StatusCode::kCancelled);
  EXPECT_EQ(PublicationLock::Take(folder.Path("none/m"), nullptr).status().code(),
            StatusCode::kNotFound);
}

}  // namespace
}  // namespace thaw
