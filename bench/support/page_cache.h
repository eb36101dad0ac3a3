// The page cache, as benchmarks arrange it: a file in it, or gone from it.
//
// Role in the flow: before the rounds of a cold or warm measurement.

#ifndef THAW_BENCH_SUPPORT_PAGE_CACHE_H_
#define THAW_BENCH_SUPPORT_PAGE_CACHE_H_

#include <cstdint>
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

// True for files of a file system that has no disk behind it (tmpfs).
bool LivesInMemory(const std::string& path);

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_PAGE_CACHE_H_
