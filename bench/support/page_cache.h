// The page cache, as benchmarks arrange it: files in it, gone from it, or half of both.
//
// Role in the flow: before the rounds of a measurement, and before each restore of a cold or mixed
// one.

#ifndef THAW_BENCH_SUPPORT_PAGE_CACHE_H_
#define THAW_BENCH_SUPPORT_PAGE_CACHE_H_

#include <cstdint>
#include <span>
#include <string>

#include "io/base/result.h"

namespace thaw {

// Bytes of the file that are in the page cache.
// Errors: NotFound, PermissionDenied, Unavailable.
Result<std::uint64_t> CachedBytes(const std::string& path);

// Reads the file from its beginning to its end, as a server that starts after a boot finds it.
Status ReadIntoPageCache(const std::string& path);

// Writes the file to disk and drops it from the page cache.
// Errors: FailedPrecondition  some of it stayed there: the file system lives in memory, or another
//                             process has it mapped.
Status DropFromPageCache(const std::string& path);

// Reads the files into the page cache and then drops every second block of them, counted through
// all files: what was there when a file was last used, and has been needed for other things since.
//   block_bytes: a multiple of 2 MiB, so that no large page of the cache lies in two blocks; a file
//   begins a new block.
// Returns the bytes that stayed, all of which were looked at.
// Errors: FailedPrecondition  there is only one block, or the kernel kept or dropped another half;
//         else as DropFromPageCache.
Result<std::uint64_t> KeepEverySecondBlock(std::span<const std::string> paths,
                                           std::uint64_t block_bytes);

// True for files of a file system that has no disk behind it (tmpfs).
bool LivesInMemory(const std::string& path);

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_PAGE_CACHE_H_
