#include "io/checkpoint/bundle_v2/shard_files.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "io/checkpoint/file_content.h"

namespace thaw {
namespace {

// Git LFS leaves a text of some hundred bytes where a file was not downloaded.
constexpr std::uint64_t kMaxPointerSize = 1024;

std::string FiveDigits(std::uint32_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 5) digits.insert(0, 5 - digits.size(), '0');
  return digits;
}

// The part of a data file's path that the number of shards does not change.
std::string PathBeforeCount(const std::string& prefix, std::uint32_t shard) {
  return prefix + ".data-" + FiveDigits(shard) + "-of-";
}

struct SplitPath {
  std::string directory;  // with its "/"; empty for the current one
  std::string name;
};

SplitPath Split(const std::string& path) {
  const std::size_t name = path.rfind('/') + 1;  // npos + 1 is 0
  return {path.substr(0, name), path.substr(name)};
}

// The names that follow `prefix` with a number of five digits or more, as data files do.
bool IsNumbered(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  const std::string_view digits = name.substr(prefix.size());
  return digits.size() >= 5 && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string HintFor(const std::vector<std::string>& data_files) {
  if (data_files.empty()) return "there is no data file of this checkpoint beside its index";
  constexpr std::size_t kMaxNamed = 8;
  std::string hint = "the data files that are there: ";
  for (std::size_t i = 0; i < std::min(kMaxNamed, data_files.size()); ++i) {
    if (i > 0) hint += ", ";
    hint += data_files[i];
  }
  if (data_files.size() > kMaxNamed) {
    hint += " and " + std::to_string(data_files.size() - kMaxNamed) + " more";
  }
  return hint;
}

}  // namespace

std::string DataFilePath(const std::string& prefix, std::uint32_t shard, std::uint32_t num_shards) {
  return PathBeforeCount(prefix, shard) + FiveDigits(num_shards);
}

ShardFiles::ShardFiles(const Storage& storage, std::string prefix, std::uint32_t num_shards,
                       IoMode mode)
    : storage_(storage),
      prefix_(std::move(prefix)),
      num_shards_(num_shards),
      mode_(mode),
      slots_(std::make_unique<Slot[]>(num_shards)) {}

std::string ShardFiles::path(std::uint32_t shard) const {
  return DataFilePath(prefix_, shard, num_shards_);
}

Result<const File*> ShardFiles::Open(std::uint32_t shard) const {
  Slot& slot = slots_[shard];
  const std::lock_guard lock(slot.mutex);
  if (slot.file == nullptr) {
    Result<std::unique_ptr<File>> file = storage_.Open(path(shard), mode_);
    if (file.status().code() == StatusCode::kNotFound) {
      file = OpenMisnamed(shard, file.status());
    }
    Status status = file.status();
    if (status.ok()) status = CheckDownloaded(**file);
    if (!status.ok()) return status.WithFile(path(shard)).WithShard(shard);
    slot.file = std::move(file).value();
  }
  return slot.file.get();
}

Status ShardFiles::CheckDownloaded(const File& file) const {
  if (file.size() > kMaxPointerSize) return Status();
  const Result<FileContent> content = IdentifyFileContent(storage_, file.path());
  if (!content.ok() || *content != FileContent::kGitLfsPointer) return content.status();
  return NotFoundError("is a Git LFS pointer, not a data file")
      .WithFile(file.path())
      .WithTfClass("OutOfRangeError")
      .WithHint("the file itself is not downloaded: run `git lfs pull`");
}

Result<std::unique_ptr<File>> ShardFiles::OpenMisnamed(std::uint32_t shard,
                                                       const Status& not_found) const {
  const SplitPath prefix = Split(prefix_);
  const SplitPath wanted = Split(PathBeforeCount(prefix_, shard));
  const auto names = storage_.List(prefix.directory.empty() ? "." : prefix.directory);
  if (!names.ok()) return not_found;

  std::vector<std::string> of_shard;
  std::vector<std::string> data_files;
  for (const std::string& name : *names) {
    if (name.starts_with(prefix.name + ".data-")) data_files.push_back(name);
    if (IsNumbered(name, wanted.name)) of_shard.push_back(name);
  }
  if (of_shard.size() == 1) return storage_.Open(prefix.directory + of_shard.front(), mode_);
  return NotFoundError("a data file that the index names is missing")
      .WithFile(path(shard))
      .WithHint(HintFor(data_files));
}

}  // namespace thaw
