// Machine: the facts about this computer that stand beside every figure.

#ifndef THAW_BENCH_SUPPORT_MACHINE_H_
#define THAW_BENCH_SUPPORT_MACHINE_H_

#include <string>

namespace thaw {

struct Machine {
  std::string cpu;         // the model's name
  int cores = 0;           // that this process may use
  std::string isa;         // of the kernels in use
  std::string kernel;      // of the operating system
  std::string huge_pages;  // "always", "madvise", "never", or "unknown"
};

Machine DescribeMachine();

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_MACHINE_H_
