// DefaultFloatEnvironment: rounding to nearest with denormals, whatever the caller's thread has
// set.
//
// Role in the flow: held by the kernels that convert with floating-point instructions, because a
// program may have switched its threads to flush denormals to zero or to another rounding.

#ifndef THAW_ENGINE_KERNELS_FLOAT_ENVIRONMENT_H_
#define THAW_ENGINE_KERNELS_FLOAT_ENVIRONMENT_H_

#include <cstdint>

#include "io/base/isa_targets.h"

namespace thaw {

#if THAW_HAS_X86

class DefaultFloatEnvironment {
 public:
  DefaultFloatEnvironment() : saved_(_mm_getcsr()) { _mm_setcsr(kDefault); }
  ~DefaultFloatEnvironment() { _mm_setcsr(saved_); }
  DefaultFloatEnvironment(const DefaultFloatEnvironment&) = delete;
  DefaultFloatEnvironment& operator=(const DefaultFloatEnvironment&) = delete;

 private:
  // Intel SDM vol. 1 §10.2.3: all exceptions masked, to nearest, no flush to zero.
  static constexpr unsigned kDefault = 0x1f80;

  unsigned saved_;
};

#elif THAW_HAS_ARM64

class DefaultFloatEnvironment {
 public:
  DefaultFloatEnvironment() {
    __asm__ volatile("mrs %0, fpcr" : "=r"(saved_));
    Set(0);  // Arm ARM, FPCR: to nearest, no flush to zero, no default NaN, no traps
  }
  ~DefaultFloatEnvironment() { Set(saved_); }
  DefaultFloatEnvironment(const DefaultFloatEnvironment&) = delete;
  DefaultFloatEnvironment& operator=(const DefaultFloatEnvironment&) = delete;

 private:
  static void Set(std::uint64_t fpcr) { __asm__ volatile("msr fpcr, %0" : : "r"(fpcr) : "memory"); }

  std::uint64_t saved_;
};

#else

// Other targets round to nearest with denormals unless the program asks otherwise.
class DefaultFloatEnvironment {
 public:
  DefaultFloatEnvironment() {}
  ~DefaultFloatEnvironment() {}
};

#endif

// Does not touch the environment.
struct AnyFloatEnvironment {
  AnyFloatEnvironment() {}
  ~AnyFloatEnvironment() {}
};

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_FLOAT_ENVIRONMENT_H_
