// Each case that installs handlers or dies runs in a process of its own (death tests of the
// thread-safe style), because a process has one guard.

#include "io/storage/fault_guard.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

constexpr std::size_t kSize = 8192;

// Reads one byte of the piece.
constexpr auto consume = [](ByteView piece) {
  volatile std::byte sink = piece[piece.size() / 2];
  (void)sink;
};

// A map whose file is gone: every page is a fault.
class BadPages {
 public:
  BadPages() {
    const std::string path = folder_.Write("f", std::string(kSize, 'x'));
    const int fd = ::open(path.c_str(), O_RDWR);
    memory_ = ::mmap(nullptr, kSize, PROT_READ, MAP_SHARED, fd, 0);
    if (::ftruncate(fd, 0) != 0) std::abort();
    ::close(fd);
  }
  ~BadPages() { ::munmap(memory_, kSize); }

  ByteView view() const { return {static_cast<const std::byte*>(memory_), kSize}; }
  void Touch() const { consume(view()); }

 private:
  TempFolder folder_;
  void* memory_;
};

// Sanitizers have handlers of their own; these cases are about none or a given one.
void StartWithDefaultAction() { ::signal(SIGBUS, SIG_DFL); }

class FaultGuardTest : public ::testing::Test {
 protected:
  FaultGuardTest() { ::testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};
using FaultGuardDeathTest = FaultGuardTest;

TEST_F(FaultGuardDeathTest, AFaultInAVisitIsFalseEveryTime) {
  const auto visit_often = [] {
    StartWithDefaultAction();
    InstallFaultGuard();
    const BadPages pages;
    int faults = 0;
    for (int i = 0; i < 1000; ++i) faults += VisitGuarded(consume, pages.view()) ? 0 : 1;
    std::_Exit(faults == 1000 ? 0 : 1);
  };
  EXPECT_EXIT(visit_often(), ::testing::ExitedWithCode(0), "");
}

TEST_F(FaultGuardDeathTest, AVisitWithoutFaultIsTrue) {
  const auto visit = [] {
    InstallFaultGuard();
    const std::string bytes(100, 'x');
    std::_Exit(VisitGuarded(consume, AsBytes(bytes)) ? 0 : 1);
  };
  EXPECT_EXIT(visit(), ::testing::ExitedWithCode(0), "");
}

TEST_F(FaultGuardDeathTest, OutsideAVisitTheDefaultActionIsTaken) {
  const auto fault = [] {
    StartWithDefaultAction();
    InstallFaultGuard();
    BadPages().Touch();
  };
  EXPECT_EXIT(fault(), ::testing::KilledBySignal(SIGBUS), "");
}

TEST_F(FaultGuardDeathTest, ASentSignalTakesTheDefaultAction) {
  const auto send = [] {
    StartWithDefaultAction();
    InstallFaultGuard();
    ::kill(::getpid(), SIGBUS);
    std::_Exit(1);
  };
  EXPECT_EXIT(send(), ::testing::KilledBySignal(SIGBUS), "");
}

TEST_F(FaultGuardDeathTest, AnIgnoredSignalStaysIgnoredButAFaultDoesNot) {
  const auto send = [] {
    ::signal(SIGBUS, SIG_IGN);
    InstallFaultGuard();
    ::kill(::getpid(), SIGBUS);
    std::_Exit(7);
  };
  const auto fault = [] {
    ::signal(SIGBUS, SIG_IGN);
    InstallFaultGuard();
    BadPages().Touch();
  };
  EXPECT_EXIT(send(), ::testing::ExitedWithCode(7), "");
  EXPECT_EXIT(fault(), ::testing::KilledBySignal(SIGBUS), "");
}

TEST_F(FaultGuardDeathTest, TheHandlerBeforeOursGetsEveryOtherFault) {
  const auto fault = [] {
    ::signal(SIGBUS, [](int) { std::_Exit(42); });
    InstallFaultGuard();
    const BadPages pages;
    if (VisitGuarded(consume, pages.view())) std::_Exit(1);
    pages.Touch();
  };
  EXPECT_EXIT(fault(), ::testing::ExitedWithCode(42), "");
}

TEST_F(FaultGuardDeathTest, TheHandlerBeforeOursGetsTheFaultsAddress) {
  static const std::byte* expected;
  const auto fault = [] {
    struct sigaction action = {};
    action.sa_flags = SA_SIGINFO;
    action.sa_sigaction = [](int signal, siginfo_t* info, void*) {
      sigset_t blocked;
      ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
      const bool is_masked = ::sigismember(&blocked, SIGBUS) == 1;
      std::_Exit(signal == SIGBUS && info->si_addr == expected && is_masked ? 43 : 1);
    };
    ::sigaction(SIGBUS, &action, nullptr);
    InstallFaultGuard();
    const BadPages pages;
    expected = &pages.view()[kSize / 2];
    pages.Touch();
  };
  EXPECT_EXIT(fault(), ::testing::ExitedWithCode(43), "");
}

// A handler that came later and passes on what is not its own.
struct sigaction before_later_handler;

TEST_F(FaultGuardDeathTest, AHandlerAfterOursThatChainsLeavesVisitsWhole) {
  const auto visit = [] {
    StartWithDefaultAction();
    InstallFaultGuard();
    struct sigaction action = {};
    action.sa_flags = SA_SIGINFO;  // the signal is blocked while this handler runs
    ::sigfillset(&action.sa_mask);
    action.sa_sigaction = [](int signal, siginfo_t* info, void* context) {
      before_later_handler.sa_sigaction(signal, info, context);
    };
    ::sigaction(SIGBUS, &action, &before_later_handler);
    const BadPages pages;
    int faults = 0;
    for (int i = 0; i < 100; ++i) faults += VisitGuarded(consume, pages.view()) ? 0 : 1;
    std::_Exit(faults == 100 ? 0 : 1);
  };
  EXPECT_EXIT(visit(), ::testing::ExitedWithCode(0), "");
}

TEST_F(FaultGuardDeathTest, AFaultElsewhereInAVisitIsNotOurs) {
  const auto fault = [] {
    ::signal(SIGBUS, [](int) { std::_Exit(44); });
    InstallFaultGuard();
    const BadPages pages;
    const std::string good(100, 'x');
    (void)VisitGuarded([&](ByteView) { pages.Touch(); }, AsBytes(good));
  };
  EXPECT_EXIT(fault(), ::testing::ExitedWithCode(44), "");
}

TEST_F(FaultGuardDeathTest, AFaultOnAnotherThreadIsNotOurs) {
  const auto fault = [] {
    ::signal(SIGBUS, [](int) { std::_Exit(45); });
    InstallFaultGuard();
    const BadPages pages;
    const std::string good(100, 'x');
    (void)VisitGuarded(
        [&](ByteView) {
          std::thread other([&] { pages.Touch(); });
          other.join();
        },
        AsBytes(good));
  };
  EXPECT_EXIT(fault(), ::testing::ExitedWithCode(45), "");
}

TEST_F(FaultGuardDeathTest, AVisitInsideAVisitEndsAlone) {
  const auto visit = [] {
    StartWithDefaultAction();
    InstallFaultGuard();
    const BadPages pages;
    bool inner = true;
    bool went_on = false;
    const bool outer = VisitGuarded(
        [&](ByteView piece) {
          inner = VisitGuarded(consume, pages.view());
          went_on = true;
          consume(piece);
        },
        pages.view());
    std::_Exit(!inner && went_on && !outer ? 0 : 1);
  };
  EXPECT_EXIT(visit(), ::testing::ExitedWithCode(0), "");
}

TEST_F(FaultGuardDeathTest, ThreadsFaultAtOnce) {
  const auto visit = [] {
    StartWithDefaultAction();
    InstallFaultGuard();
    const BadPages pages;
    std::atomic<int> faults{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) {
          if (!VisitGuarded(consume, pages.view())) ++faults;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    std::_Exit(faults == 2000 ? 0 : 1);
  };
  EXPECT_EXIT(visit(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace thaw
