// ShardFiles: the data files of a bundle, each opened when it is first asked for.
//
// Role in the flow: from a shard number to an open file. It must not know the index.
// Format: docs/format/tensor_bundle_v2.md §1.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_SHARD_FILES_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_SHARD_FILES_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "io/base/result.h"
#include "io/storage/storage.h"

namespace thaw {

// The numbers in the names have five digits, so no bundle has more data files.
inline constexpr std::uint32_t kMaxShards = 99'999;

// "prefix.data-00003-of-00008".
std::string DataFilePath(const std::string& prefix, std::uint32_t shard, std::uint32_t num_shards);

// Thread-safe: threads that ask for different shards do not wait for each other.
class ShardFiles {
 public:
  // storage: outlives this object. num_shards: at most kMaxShards.
  ShardFiles(const Storage& storage, std::string prefix, std::uint32_t num_shards, IoMode mode);

  const std::string& prefix() const { return prefix_; }
  std::uint32_t num_shards() const { return num_shards_; }
  std::string path(std::uint32_t shard) const;

  // The same file on each call; it stays open. A call that failed is tried again by the next.
  // Where the file of that name is missing, but exactly one other of that shard number is there, it
  // is taken: TensorFlow's merge of bundles can put a wrong number of shards into the header.
  // Errors: NotFound  no such file, with the data files that are there as a hint; or a Git LFS
  //                   pointer is in its place. Else as Storage::Open.
  Result<const File*> Open(std::uint32_t shard) const;

 private:
  struct Slot {
    std::mutex mutex;
    std::unique_ptr<File> file;
  };

  Status CheckDownloaded(const File& file) const;
  Result<std::unique_ptr<File>> OpenMisnamed(std::uint32_t shard, const Status& not_found) const;

  const Storage& storage_;
  std::string prefix_;
  std::uint32_t num_shards_;
  IoMode mode_;
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_SHARD_FILES_H_
