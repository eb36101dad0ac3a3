#include "bench/support/limits.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <utility>

#include "bench/support/huge_buffer.h"
#include "io/storage/descriptor.h"
#include "io/storage/mapping.h"

namespace thaw {
namespace {

constexpr std::size_t kChunk = std::size_t{4} << 20;

struct Segment {
  std::byte* dst;
  const std::byte* src;
  std::size_t n;
};

// Appends `source` in segments of at most `largest` bytes, to be copied to `destination` on.
void Cut(ByteView source, std::byte* destination, std::size_t largest,
         std::vector<Segment>* segments) {
  for (std::size_t begin = 0; begin < source.size(); begin += largest) {
    segments->push_back(
        {destination + begin, source.data() + begin, std::min(largest, source.size() - begin)});
  }
}

// The C library's copy gets a share for each thread, the other forms get chunks: each what suits
// it.
std::size_t SegmentSize(const CopyForm& form, std::uint64_t bytes, int threads) {
  const auto share = static_cast<std::size_t>(bytes) / static_cast<std::size_t>(threads) + 1;
  return form.name == CopyForms().front().name ? share : std::min(kChunk, share);
}

void CopySegments(const CopyForm& form, const std::vector<Segment>& segments, Crew* crew) {
  std::atomic<std::size_t> next{0};
  crew->Run([&](int) {
    for (std::size_t i = next++; i < segments.size(); i = next++) {
      form.copy(segments[i].dst, segments[i].src, segments[i].n);
    }
  });
}

Result<Descriptor> OpenForReading(const std::string& path, int flags) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
  if (!file.is_open()) return ErrnoError(errno, "cannot open the file").WithFile(path);
  return file;
}

Result<Mapping> MapWhole(const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const Descriptor file, OpenForReading(path, 0));
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return ErrnoError(errno, "fstat failed").WithFile(path);
  THAW_ASSIGN_OR_RETURN(Mapping mapping,
                        Mapping::Map(file, static_cast<std::uint64_t>(info.st_size)));
  ::madvise(const_cast<std::byte*>(mapping.bytes().data()), mapping.bytes().size(), MADV_HUGEPAGE);
  return mapping;
}

}  // namespace

Limit LimitOf(std::string_view form, const Arm& arm) { return {form, FiguresOf(arm.gbps)}; }

Result<std::vector<Mapping>> MapFiles(const std::vector<std::string>& paths) {
  std::vector<Mapping> mappings;
  for (const std::string& path : paths) {
    THAW_ASSIGN_OR_RETURN(Mapping mapping, MapWhole(path));
    mappings.push_back(std::move(mapping));
  }
  return mappings;
}

CopyLimits::CopyLimits(std::vector<std::string> files, std::uint64_t file_bytes, ByteView source,
                       MutableByteView destination, int threads)
    : files_(std::move(files)),
      file_bytes_(file_bytes),
      source_(source),
      destination_(destination),
      crew_(threads) {
  for (const CopyForm& form : CopyForms()) {
    from_files_.push_back({&form, {file_bytes, [this, &form] { return CopyFiles(form); }, {}}});
    from_memory_.push_back(
        {&form, {file_bytes, [this, &form] { return Result<double>(CopyMemory(form)); }, {}}});
  }
}

std::vector<Arm*> CopyLimits::arms() {
  std::vector<Arm*> arms;
  for (FormArm& form : from_files_) arms.push_back(&form.arm);
  for (FormArm& form : from_memory_) arms.push_back(&form.arm);
  return arms;
}

Limit CopyLimits::Best(const std::vector<FormArm>& arms) {
  Limit best;
  for (const FormArm& form : arms) {
    const Limit limit = LimitOf(form.form->name, form.arm);
    if (limit.gbps.median > best.gbps.median) best = limit;
  }
  return best;
}

Limit CopyLimits::memcpy() const {
  const FormArm& first = from_files_.front();
  return LimitOf(first.form->name, first.arm);
}

Result<double> CopyLimits::CopyFiles(const CopyForm& form) {
  const std::size_t largest = SegmentSize(form, file_bytes_, crew_.size());
  Result<std::vector<Mapping>> files = std::vector<Mapping>();
  const double seconds = SecondsOf([&] {
    files = MapFiles(files_);
    if (!files.ok()) return;
    std::vector<Segment> segments;
    std::byte* destination = destination_.data();
    for (const Mapping& file : *files) {
      Cut(file.bytes(), destination, largest, &segments);
      destination += file.bytes().size();
    }
    CopySegments(form, segments, &crew_);
  });
  THAW_RETURN_IF_ERROR(files.status());
  return seconds;
}

double CopyLimits::CopyMemory(const CopyForm& form) {
  const std::size_t largest = SegmentSize(form, file_bytes_, crew_.size());
  std::vector<Segment> segments;
  for (std::uint64_t done = 0; done < file_bytes_; done += source_.size()) {
    const auto n = std::min<std::uint64_t>(source_.size(), file_bytes_ - done);
    Cut(source_.first(n), destination_.data() + done, largest, &segments);
  }
  return SecondsOf([&] { CopySegments(form, segments, &crew_); });
}

Result<double> ReadDirectly(const std::vector<std::string>& files) {
  constexpr int kReaders = 16;
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  THAW_ASSIGN_OR_RETURN(const HugeBuffer buffers, HugeBuffer::Allocate(kReaders * kBlock));
  Crew crew(kReaders);
  double seconds = 0.0;
  std::mutex mutex;
  Status first_error;
  for (const std::string& path : files) {
    Result<Descriptor> opened = OpenForReading(path, O_DIRECT);
    if (!opened.ok() && opened.status().code() == StatusCode::kInvalidArgument) {
      return UnimplementedError("the file system has no direct reads").WithFile(path);
    }
    THAW_ASSIGN_OR_RETURN(const Descriptor file, std::move(opened));
    std::atomic<std::uint64_t> next{0};
    seconds += SecondsOf([&] {
      crew.Run([&](int reader) {
        const MutableByteView buffer =
            buffers.bytes().subspan(static_cast<std::size_t>(reader) * kBlock, kBlock);
        for (;;) {
          const Result<std::size_t> n = ReadFully(file, next.fetch_add(kBlock), buffer);
          if (!n.ok()) {
            const std::lock_guard lock(mutex);
            first_error = n.status();
          }
          if (!n.ok() || *n < kBlock) return;
        }
      });
    });
    if (!first_error.ok()) return std::move(first_error).WithFile(path);
  }
  return seconds;
}

}  // namespace thaw
