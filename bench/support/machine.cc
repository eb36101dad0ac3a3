#include "bench/support/machine.h"

#include <sched.h>
#include <sys/utsname.h>

#include <fstream>
#include <string_view>

#include "io/base/cpu.h"

namespace thaw {
namespace {

std::string CpuModel() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return "unknown";
}

// The choice in brackets: "always [madvise] never".
std::string HugePages() {
  std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
  std::string text;
  std::getline(file, text);
  const std::size_t begin = text.find('[');
  const std::size_t end = text.find(']');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return "unknown";
  return text.substr(begin + 1, end - begin - 1);
}

}  // namespace

Machine DescribeMachine() {
  Machine machine;
  machine.cpu = CpuModel();
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) machine.cores = CPU_COUNT(&allowed);
  machine.isa = IsaLevelName(BestIsaLevel());
  utsname system{};
  if (::uname(&system) == 0) machine.kernel = system.release;
  machine.huge_pages = HugePages();
  return machine;
}

}  // namespace thaw
