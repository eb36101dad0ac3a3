// LoadOnce: reads a value from memory that another process may be changing.
//
// Role in the flow: a kernel must sum the very bytes that it stores. A mapped file can change
// between two loads, and a compiler that has seen a load may repeat it instead of keeping the
// value; the empty statement behind the load makes the register the only place that has it.

#ifndef THAW_ENGINE_KERNELS_LOAD_ONCE_H_
#define THAW_ENGINE_KERNELS_LOAD_ONCE_H_

#include <cstddef>
#include <cstring>

namespace thaw {

template <typename T>
inline T LoadOnce(const std::byte* src) {
  T value;
  std::memcpy(&value, src, sizeof(value));
  __asm__("" : "+r"(value));
  return value;
}

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_LOAD_ONCE_H_
