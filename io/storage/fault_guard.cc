#include "io/storage/fault_guard.h"

#include <atomic>
#include <csetjmp>
#include <csignal>
#include <cstdint>

namespace thaw {
namespace {

// The visit that a thread is in: where to jump, and for which addresses.
struct GuardedVisit {
  sigjmp_buf resume;
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};

// Read by the signal handler, so it must not be allocated on first use: initial-exec places it in
// the thread's static block, also in a shared library.
__attribute__((tls_model("initial-exec"))) constinit thread_local GuardedVisit* current_visit =
    nullptr;

// What was installed before us. Written once, before our handler can run.
struct sigaction previous_action;

bool IsFault(const siginfo_t& info) { return info.si_code > 0; }

// Ends as if our handler were not there: the default action of a fault happens when the
// instruction is repeated, that of a sent signal when it is sent again.
void TakeDefaultAction(const siginfo_t& info) {
  if (previous_action.sa_handler == SIG_IGN && !IsFault(info)) return;
  struct sigaction default_action = {};
  default_action.sa_handler = SIG_DFL;
  ::sigaction(SIGBUS, &default_action, nullptr);
  if (!IsFault(info)) ::raise(SIGBUS);
}

void CallPrevious(int signal, siginfo_t* info, void* context) {
  sigset_t blocked = previous_action.sa_mask;
  if ((previous_action.sa_flags & SA_NODEFER) == 0) ::sigaddset(&blocked, signal);
  sigset_t before;
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  if ((previous_action.sa_flags & SA_SIGINFO) != 0) {
    previous_action.sa_sigaction(signal, info, context);
  } else {
    previous_action.sa_handler(signal);
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void HandleSigbus(int signal, siginfo_t* info, void* context) {
  GuardedVisit* visit = current_visit;
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  if (visit != nullptr && IsFault(*info) && address >= visit->begin && address < visit->end) {
    // A handler that came after ours and passed the fault on may have signals blocked; the jump
    // leaves it for good. sigsetjmp would keep the mask, too, but at a system call per visit.
    ::pthread_sigmask(SIG_SETMASK, &static_cast<const ucontext_t*>(context)->uc_sigmask, nullptr);
    siglongjmp(visit->resume, 1);
  }
  const bool has_handler =
      previous_action.sa_handler != SIG_DFL && previous_action.sa_handler != SIG_IGN;
  if (has_handler) {
    CallPrevious(signal, info, context);
  } else {
    TakeDefaultAction(*info);
  }
}

bool Install() {
  // SA_NODEFER: nothing is blocked on the way to the previous handler but what it asked for.
  struct sigaction action = {};
  action.sa_sigaction = HandleSigbus;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, nullptr, &previous_action);
  return ::sigaction(SIGBUS, &action, nullptr) == 0;
}

}  // namespace

void InstallFaultGuard() { [[maybe_unused]] static const bool installed = Install(); }

// The frame that is jumped to: nothing in it has a destructor or changes between the two returns
// of sigsetjmp.
bool VisitGuarded(PieceSink sink, ByteView piece) {
  GuardedVisit visit;
  visit.begin = reinterpret_cast<std::uintptr_t>(piece.data());
  visit.end = visit.begin + piece.size();
  GuardedVisit* const outer = current_visit;
  if (sigsetjmp(visit.resume, 0) != 0) {
    current_visit = outer;
    return false;
  }
  current_visit = &visit;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  sink(piece);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  current_visit = outer;
  return true;
}

}  // namespace thaw
