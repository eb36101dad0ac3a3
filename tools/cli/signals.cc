#include "tools/cli/signals.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>

namespace thaw {
namespace {

CancellationToken token;
std::atomic<int> caught_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");

extern "C" void HandleSignal(int signal_number) {
  if (token.is_cancelled()) ::_exit(128 + signal_number);
  caught_signal.store(signal_number, std::memory_order_relaxed);
  token.Cancel();
}

void Catch(int signal_number) {
  struct sigaction action = {};
  ::sigaction(signal_number, nullptr, &action);
  if (action.sa_handler == SIG_IGN) return;  // nohup, or a job in the background
  action = {};
  // Without SA_RESTART: a write or read that blocks ends with EINTR.
  action.sa_handler = HandleSignal;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(signal_number, &action, nullptr);
}

}  // namespace

void OpenStandardStreams() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) != -1) continue;
    // Opened the wrong way round on purpose: its use fails with EBADF. The lowest free descriptor
    // is `fd` itself.
    [[maybe_unused]] const int opened = ::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
  }
}

const CancellationToken& InstallSignalHandlers() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  Catch(SIGINT);
  Catch(SIGTERM);
  return token;
}

int CaughtSignal() { return caught_signal.load(std::memory_order_relaxed); }

}  // namespace thaw
