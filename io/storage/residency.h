// Residency: whether the bytes of a file are in memory already, and what kind of file system they
// come from.
//
// Role in the flow: answers File::CachedBytes and File::file_system for local files. It only asks
// the kernel; what follows from the answer is decided by the engine.

#ifndef THAW_IO_STORAGE_RESIDENCY_H_
#define THAW_IO_STORAGE_RESIDENCY_H_

#include <cstdint>
#include <optional>

#include "io/base/bytes.h"
#include "io/storage/descriptor.h"
#include "io/storage/storage.h"

namespace thaw {

// What holds the open file; kDisk when that cannot be told.
FileSystemKind FileSystemOf(const Descriptor& file);

// Bytes of [offset, offset + length) in the page cache, by cachestat (Linux 6.5).
// nullopt: the kernel does not have it, or does not tell this process of this file.
//   length: not 0.
std::optional<std::uint64_t> CachedBytesByCachestat(const Descriptor& file, std::uint64_t offset,
                                                    std::uint64_t length);

// The same by mincore, for a mapped file. It tells the truth only about files that the process owns
// or may write; the caller sees to that.
//   mapping: of the whole file, from a page's start.
std::optional<std::uint64_t> CachedBytesByMincore(ByteView mapping, std::uint64_t offset,
                                                  std::uint64_t length);

}  // namespace thaw

#endif  // THAW_IO_STORAGE_RESIDENCY_H_
