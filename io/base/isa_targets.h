// Target attributes of functions that use instructions beyond the baseline.
//
// Role in the flow: one spelling for the instruction sets that each IsaLevel promises, so that a
// function compiled for a level uses no more than io/base/cpu checked. Nothing is ever compiled
// with -march. It brings the intrinsics with it.

#ifndef THAW_IO_BASE_ISA_TARGETS_H_
#define THAW_IO_BASE_ISA_TARGETS_H_

#if defined(__x86_64__)

#define THAW_HAS_X86 1
#define THAW_HAS_ARM64 0

#if defined(__GNUC__) && !defined(__clang__)
// g++ 12 takes its own "undefined value" intrinsics for uninitialized variables (GCC PR 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#else
#include <immintrin.h>
#endif

#define THAW_TARGET_SSE42 __attribute__((target("sse4.2,pclmul")))
#define THAW_TARGET_AVX2 __attribute__((target("sse4.2,pclmul,avx2,f16c,fma")))
#define THAW_TARGET_AVX512 \
  __attribute__((          \
      target("sse4.2,pclmul,avx2,f16c,fma,avx512f,avx512bw,avx512vl,avx512dq,vpclmulqdq")))

#elif defined(__aarch64__)

#define THAW_HAS_X86 0
#define THAW_HAS_ARM64 1

#include <arm_acle.h>
#include <arm_neon.h>

#if defined(__clang__)
#define THAW_TARGET_NEON __attribute__((target("crc,aes")))
#else
#define THAW_TARGET_NEON __attribute__((target("+crc+crypto")))
#endif

#else

#define THAW_HAS_X86 0
#define THAW_HAS_ARM64 0

#endif

#endif  // THAW_IO_BASE_ISA_TARGETS_H_
