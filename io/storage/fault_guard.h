// FaultGuard: turns a mapped page that cannot be read into a return value instead of the end of
// the process.
//
// Role in the flow: around each visit of mapped bytes. The kernel reports such a page (the file
// became shorter, the device failed) by SIGBUS. One handler is installed for the process with the
// first map; it acts only on threads that are inside VisitGuarded and only for addresses of the
// piece they visit. Every other SIGBUS goes to the handler that was there before.

#ifndef THAW_IO_STORAGE_FAULT_GUARD_H_
#define THAW_IO_STORAGE_FAULT_GUARD_H_

#include "io/base/bytes.h"
#include "io/storage/storage.h"

namespace thaw {

// Installs the handler on the first call; later calls do nothing. Thread-safe.
void InstallFaultGuard();

// Calls `sink(piece)`. False when a page of `piece` could not be read: the sink was then left by a
// jump, at the read. Thread-safe; costs some ten nanoseconds and no system call.
bool VisitGuarded(PieceSink sink, ByteView piece);

}  // namespace thaw

#endif  // THAW_IO_STORAGE_FAULT_GUARD_H_
