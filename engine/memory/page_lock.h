// PageLock: memory that the kernel keeps in RAM until it is told otherwise.
//
// Role in the flow: asked for by callers who hand a buffer to a device, or who must never wait for
// a page. It must not know what is in the memory.

#ifndef THAW_ENGINE_MEMORY_PAGE_LOCK_H_
#define THAW_ENGINE_MEMORY_PAGE_LOCK_H_

#include "io/base/bytes.h"
#include "io/base/status.h"

namespace thaw {

// Locks the pages of `memory` (mlock2), those that are missing from the moment they come into
// being: a restore may still fill them on all its threads.
// Errors: ResourceExhausted  more than RLIMIT_MEMLOCK lets this process lock, or than there is:
// says
//                            how much is needed and how to raise the limit. Nothing stays locked.
Status LockPages(MutableByteView memory);

// Lets the kernel move the pages again; unmapping does that, too.
void UnlockPages(MutableByteView memory);

}  // namespace thaw

#endif  // THAW_ENGINE_MEMORY_PAGE_LOCK_H_
