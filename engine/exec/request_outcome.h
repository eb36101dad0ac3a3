// RequestOutcome: how a request ended, and in which state its buffer is.
//
// Role in the flow: what a restore tells its caller of each request, whichever executor ran.

#ifndef THAW_ENGINE_EXEC_REQUEST_OUTCOME_H_
#define THAW_ENGINE_EXEC_REQUEST_OUTCOME_H_

#include <cstdint>

#include "io/base/status.h"

namespace thaw {

// The state of a destination after any end of a restore. Receivers of strings are never poisoned:
// they get all of their elements at the end, or none.
enum class BufferState : std::uint8_t {
  kUntouched,  // no byte written
  kDone,       // bit-exact, checksum verified over the bytes that landed
  kPoisoned,   // overwritten, not verified, filled with the poison byte
};

struct RequestOutcome {
  BufferState state = BufferState::kUntouched;
  Status status;
};

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_REQUEST_OUTCOME_H_
