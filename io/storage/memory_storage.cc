#include "io/storage/memory_storage.h"

namespace thaw {
namespace {

// Thread-safe. Shares the bytes with the storage.
class MemoryFile final : public File {
 public:
  MemoryFile(std::string path, std::shared_ptr<const std::vector<std::byte>> bytes)
      : path_(std::move(path)), bytes_(std::move(bytes)) {}

  const std::string& path() const override { return path_; }
  std::uint64_t size() const override { return bytes_->size(); }
  IoMode mode() const override { return IoMode::kMmap; }
  std::size_t staging_size() const override { return 0; }

  Status Visit(std::uint64_t offset, std::uint64_t length, MutableByteView /*staging*/,
               PieceSink sink) const override {
    if (!RangeFits(offset, length, size())) {
      return OutOfRangeError("the file has " + std::to_string(size()) + " bytes, too few for " +
                             std::to_string(length) + " bytes there")
          .WithFile(path_)
          .WithOffset(offset);
    }
    if (length != 0) sink(ByteView(*bytes_).subspan(offset, length));
    return Status();
  }

 private:
  const std::string path_;
  const std::shared_ptr<const std::vector<std::byte>> bytes_;
};

std::string AsPrefix(const std::string& directory) {
  const std::size_t last = directory.find_last_not_of('/');
  const std::string trimmed = directory.substr(0, last + 1);
  return trimmed.empty() && directory.empty() ? "" : trimmed + "/";
}

}  // namespace

void MemoryStorage::Put(const std::string& path, ByteView bytes) {
  auto copy = std::make_shared<const Bytes>(bytes.begin(), bytes.end());
  const std::lock_guard lock(mutex_);
  files_[path] = std::move(copy);
}

void MemoryStorage::Remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  files_.erase(path);
}

Result<std::unique_ptr<File>> MemoryStorage::Open(const std::string& path, IoMode /*mode*/) const {
  const std::lock_guard lock(mutex_);
  const auto found = files_.find(path);
  if (found != files_.end()) {
    return std::unique_ptr<File>(new MemoryFile(path, found->second));
  }
  if (!NamesIn(path).empty()) {
    return InvalidArgumentError("is a directory, not a file").WithFile(path);
  }
  return NotFoundError("no such file").WithFile(path);
}

Result<PathKind> MemoryStorage::Kind(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  if (files_.count(path) != 0) return PathKind::kFile;
  return NamesIn(path).empty() ? PathKind::kMissing : PathKind::kDirectory;
}

Result<std::vector<std::string>> MemoryStorage::List(const std::string& directory) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names = NamesIn(directory);
  if (names.empty()) return NotFoundError("no such directory").WithFile(directory);
  return names;
}

// The paths below a directory are neighbours in the map, in the order of their names.
std::vector<std::string> MemoryStorage::NamesIn(const std::string& directory) const {
  const std::string prefix = AsPrefix(directory);
  std::vector<std::string> names;
  for (auto it = files_.lower_bound(prefix); it != files_.end(); ++it) {
    if (it->first.compare(0, prefix.size(), prefix) != 0) break;
    const std::size_t end = it->first.find('/', prefix.size());
    std::string name = it->first.substr(prefix.size(), end - prefix.size());
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace thaw
