// ChoppedStorage: hands out the bytes of another storage in small pieces, through staging.
//
// Role in the flow: in tests it stands for any backend that must copy, with pieces so short that
// elements, tensors and slices fall across their ends.

#ifndef THAW_TESTS_SUPPORT_CHOPPED_STORAGE_H_
#define THAW_TESTS_SUPPORT_CHOPPED_STORAGE_H_

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/storage/storage.h"

namespace thaw {

class ChoppedFile final : public File {
 public:
  explicit ChoppedFile(std::unique_ptr<File> file) : file_(std::move(file)) {}

  const std::string& path() const override { return file_->path(); }
  std::uint64_t size() const override { return file_->size(); }
  IoMode mode() const override { return IoMode::kPread; }
  std::size_t staging_size() const override { return kPiece; }

  Status Visit(std::uint64_t offset, std::uint64_t length, MutableByteView staging,
               PieceSink sink) const override {
    return file_->Visit(offset, length, {}, [&](ByteView bytes) {
      while (!bytes.empty()) {
        const std::size_t taken = std::min(bytes.size(), kPiece);
        std::memcpy(staging.data(), bytes.data(), taken);
        sink(staging.first(taken));
        std::memset(staging.data(), 0xdd, taken);
        bytes = bytes.subspan(taken);
      }
    });
  }
  Status CheckUnchanged() const override { return file_->CheckUnchanged(); }

 private:
  static constexpr std::size_t kPiece = 4096;
  std::unique_ptr<File> file_;
};

class ChoppedStorage final : public Storage {
 public:
  // `storage` hands out bytes in place (staging_size() 0).
  explicit ChoppedStorage(std::shared_ptr<const Storage> storage) : storage_(std::move(storage)) {}

  Result<std::unique_ptr<File>> Open(const std::string& path, IoMode mode) const override {
    THAW_ASSIGN_OR_RETURN(std::unique_ptr<File> file, storage_->Open(path, mode));
    return std::unique_ptr<File>(new ChoppedFile(std::move(file)));
  }
  Result<PathKind> Kind(const std::string& path) const override { return storage_->Kind(path); }
  Result<std::vector<std::string>> List(const std::string& directory) const override {
    return storage_->List(directory);
  }

 private:
  std::shared_ptr<const Storage> storage_;
};

}  // namespace thaw

#endif  // THAW_TESTS_SUPPORT_CHOPPED_STORAGE_H_
