#include "bench/support/temporary_checkpoint.h"

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "bench/support/page_cache.h"
#include "bench/support/shapes.h"
#include "engine/checkpoint.h"

namespace thaw {
namespace {

Result<std::string> MakeFolder(std::string parent) {
  if (parent.empty()) {
    std::error_code error;
    parent = std::filesystem::temp_directory_path(error).string();
    if (error) parent = ".";
  }
  std::string path = parent + "/thaw-bench-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) {
    return ErrnoError(errno, "cannot make a folder in it").WithFile(parent);
  }
  return path;
}

Status DropDataFiles(const Checkpoint& checkpoint) {
  for (std::uint32_t shard = 0; shard < checkpoint.reader()->num_shards(); ++shard) {
    THAW_RETURN_IF_ERROR(DropFromPageCache(checkpoint.reader()->shard_path(shard)));
  }
  return Status();
}

}  // namespace

Result<TemporaryCheckpoint> TemporaryCheckpoint::Write(std::string_view shape, std::uint64_t bytes,
                                                       const std::string& parent,
                                                       const CancellationToken* cancel) {
  THAW_ASSIGN_OR_RETURN(std::string folder, MakeFolder(parent));
  TemporaryCheckpoint made(std::move(folder));
  made.prefix_ = made.folder_ + "/" + std::string(shape);
  THAW_RETURN_IF_ERROR(WriteCheckpointShape(shape, bytes, made.prefix_, cancel));
  THAW_ASSIGN_OR_RETURN(const Checkpoint checkpoint, Checkpoint::Open(made.prefix_));
  made.dropped_ = DropDataFiles(checkpoint);
  return made;
}

TemporaryCheckpoint::~TemporaryCheckpoint() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

}  // namespace thaw
