// FUZZ_CHECK: a property that must hold for every input; a fuzzer and a replay stop where it fails.

#ifndef THAW_TESTS_FUZZ_FUZZ_CHECK_H_
#define THAW_TESTS_FUZZ_FUZZ_CHECK_H_

#include <cstdio>
#include <cstdlib>

#define FUZZ_CHECK(condition)                                                             \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)

#endif  // THAW_TESTS_FUZZ_FUZZ_CHECK_H_
