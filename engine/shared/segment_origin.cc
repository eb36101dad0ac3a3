#include "engine/shared/segment_origin.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "io/base/coding.h"
#include "io/base/file_path.h"

namespace thaw {
namespace {

std::uint64_t Nanoseconds(const timespec& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

Result<OriginFile> LookAt(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return ErrnoError(errno, "cannot look at the file").WithFile(path);
  }
  OriginFile file;
  file.path = path;
  file.device = info.st_dev;
  file.inode = info.st_ino;
  file.size = static_cast<std::uint64_t>(info.st_size);
  file.modified_ns = Nanoseconds(info.st_mtim);
  file.changed_ns = Nanoseconds(info.st_ctim);
  return file;
}

void AppendText(const std::string& text, std::string* out) {
  AppendVarint64(text.size(), out);
  out->append(text);
}

// Takes values off the front of untrusted bytes; after the first that is cut off, nothing more.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : bytes_(bytes) {}

  std::uint64_t Number() {
    const std::optional<std::uint64_t> number = DecodeVarint64(&bytes_);
    if (!number) Fail();
    return number.value_or(0);
  }

  std::string Text() {
    const std::uint64_t size = Number();
    if (size > bytes_.size()) {
      Fail();
      return {};
    }
    std::string text(AsChars(bytes_.first(size)));
    bytes_ = bytes_.subspan(size);
    return text;
  }

  std::size_t num_left() const { return bytes_.size(); }
  bool ok() const { return is_ok_; }

 private:
  void Fail() {
    is_ok_ = false;
    bytes_ = {};
  }

  ByteView bytes_;
  bool is_ok_ = true;
};

// Path, and five numbers of a byte at least.
constexpr std::size_t kLeastFileSize = 6;

}  // namespace

std::string AbsolutePrefix(const std::string& prefix) {
  std::error_code error;
  const std::filesystem::path folder = DirectoryOf(prefix).empty() ? "." : DirectoryOf(prefix);
  const std::filesystem::path canonical = std::filesystem::canonical(folder, error);
  return error ? prefix : JoinPath(canonical.string(), BaseNameOf(prefix));
}

Result<SegmentOrigin> OriginOf(const CheckpointReader& reader, std::string recipe) {
  SegmentOrigin origin;
  origin.prefix = AbsolutePrefix(reader.prefix());
  origin.recipe = std::move(recipe);
  std::vector<std::string> paths;
  for (std::uint32_t shard = 0; shard < reader.num_shards(); ++shard) {
    paths.push_back(AbsolutePrefix(reader.shard_path(shard)));
  }
  // The index lies in a file of its own, or the prefix is a file itself.
  for (const std::string& path : {origin.prefix + ".index", origin.prefix}) {
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode)) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  for (const std::string& path : paths) {
    THAW_ASSIGN_OR_RETURN(OriginFile file, LookAt(path));
    origin.files.push_back(std::move(file));
  }
  return origin;
}

Status CheckUnchanged(const SegmentOrigin& origin) {
  for (const OriginFile& then : origin.files) {
    const Result<OriginFile> now = LookAt(then.path);
    if (now.ok() && *now == then) continue;
    return FailedPreconditionError("the file was changed or removed since it was restored")
        .WithFile(then.path)
        .WithTfClass(Status::kNoTfClass);
  }
  return Status();
}

std::string EncodeOrigin(const SegmentOrigin& origin) {
  std::string out;
  AppendText(origin.prefix, &out);
  AppendText(origin.recipe, &out);
  AppendVarint64(origin.files.size(), &out);
  for (const OriginFile& file : origin.files) {
    AppendText(file.path, &out);
    for (const std::uint64_t number :
         {file.device, file.inode, file.size, file.modified_ns, file.changed_ns}) {
      AppendVarint64(number, &out);
    }
  }
  return out;
}

Result<SegmentOrigin> DecodeOrigin(ByteView bytes) {
  Cursor cursor(bytes);
  SegmentOrigin origin;
  origin.prefix = cursor.Text();
  origin.recipe = cursor.Text();
  const std::uint64_t num_files = cursor.Number();
  if (num_files > cursor.num_left() / kLeastFileSize) {
    return DataLossError("shared segment: its origin is cut off");
  }
  for (std::uint64_t i = 0; i < num_files; ++i) {
    OriginFile file;
    file.path = cursor.Text();
    for (std::uint64_t* number :
         {&file.device, &file.inode, &file.size, &file.modified_ns, &file.changed_ns}) {
      *number = cursor.Number();
    }
    origin.files.push_back(std::move(file));
  }
  if (!cursor.ok() || cursor.num_left() > 0) {
    return DataLossError("shared segment: its origin is damaged");
  }
  return origin;
}

}  // namespace thaw
