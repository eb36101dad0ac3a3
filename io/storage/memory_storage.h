// MemoryStorage: files that live in this process.
//
// Role in the flow: the backend of tests, fuzz targets and of callers that hold a checkpoint's
// bytes already.

#ifndef THAW_IO_STORAGE_MEMORY_STORAGE_H_
#define THAW_IO_STORAGE_MEMORY_STORAGE_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "io/storage/storage.h"

namespace thaw {

// Thread-safe. A directory is whatever comes before a "/" in the path of a file.
class MemoryStorage final : public Storage {
 public:
  // Adds the file or replaces it; files that are open keep the bytes they were opened with.
  void Put(const std::string& path, ByteView bytes);
  void Put(const std::string& path, std::string_view bytes) { Put(path, AsBytes(bytes)); }
  void Remove(const std::string& path);

  // Every mode is served; the bytes are handed out in place.
  Result<std::unique_ptr<File>> Open(const std::string& path, IoMode mode) const override;
  Result<PathKind> Kind(const std::string& path) const override;
  Result<std::vector<std::string>> List(const std::string& directory) const override;

 private:
  // Exactly as long as the file, so that AddressSanitizer sees every read past its end.
  using Bytes = std::vector<std::byte>;

  // The names directly in `directory`; empty when no file lies below it.
  std::vector<std::string> NamesIn(const std::string& directory) const;

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Bytes>> files_;
};

}  // namespace thaw

#endif  // THAW_IO_STORAGE_MEMORY_STORAGE_H_
