#include "engine/exec/chunk_routes.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "engine/plan/chunking.h"
#include "io/storage/storage.h"

namespace thaw {
namespace {

// Asking for every page costs 30 ns a page where the page cache keeps single ones, an eighth of the
// time to copy it; a window of four pages at some places costs half a microsecond each.
constexpr std::uint64_t kWindowBytes = std::uint64_t{16} << 10;
constexpr std::size_t kWindowsOfFile = 64;
constexpr std::size_t kWindowsOfChunk = 3;

// From this share on, what is missing is left to the map's readahead; up to the other, what is
// there is read again. Between them each chunk is asked for.
constexpr double kMostlyCached = 0.9;
constexpr double kHardlyCached = 0.1;
// Of one chunk, which is not cut further.
constexpr double kHalfCached = 0.5;

// The share of the windows' bytes that is cached.
class Sample {
 public:
  explicit Sample(const File& file) : file_(file) {}

  // The window that lies the fraction `numerator / denominator` into [begin, end).
  void Take(std::uint64_t begin, std::uint64_t end, std::uint64_t numerator,
            std::uint64_t denominator) {
    const std::uint64_t length = std::min(end - begin, kWindowBytes);
    Ask(begin + (end - begin - length) / denominator * numerator, length);
  }

  void Ask(std::uint64_t offset, std::uint64_t length) {
    if (length == 0) return;
    const std::optional<std::uint64_t> cached = file_.CachedBytes(offset, length);
    is_known_ = is_known_ && cached.has_value();
    cached_ += cached.value_or(0);
    total_ += length;
  }

  // nullopt: cannot be told. A range without bytes is there.
  std::optional<double> share() const {
    if (!is_known_) return std::nullopt;
    return total_ == 0 ? 1.0 : static_cast<double>(cached_) / static_cast<double>(total_);
  }

 private:
  const File& file_;
  bool is_known_ = true;
  std::uint64_t cached_ = 0;
  std::uint64_t total_ = 0;
};

std::optional<double> ShareOfChunks(const File& file, std::span<const Chunk> chunks) {
  Sample sample(file);
  const std::size_t step = (chunks.size() + kWindowsOfFile - 1) / kWindowsOfFile;
  const std::size_t windows_each = std::max<std::size_t>(1, kWindowsOfFile / chunks.size());
  std::uint64_t place = 0;
  for (std::size_t c = 0; c < chunks.size(); c += step) {
    for (std::size_t w = 0; w < windows_each; ++w, ++place) {
      // A different place in each chunk: 3 and 8 have no common divisor.
      const std::uint64_t part = windows_each == 1 ? place * 3 % 8 : w * 8 / windows_each;
      sample.Take(chunks[c].offset, chunks[c].end, part, 8);
    }
  }
  return sample.share();
}

// Begin, middle and end decide when they agree.
double ShareOfChunk(const File& file, const Chunk& chunk) {
  Sample sample(file);
  for (std::uint64_t w = 0; w < kWindowsOfChunk; ++w) {
    sample.Take(chunk.offset, chunk.end, w, kWindowsOfChunk - 1);
  }
  const double share = sample.share().value_or(1.0);
  if (share <= 0.0 || share >= 1.0) return share;
  Sample all(file);
  all.Ask(chunk.offset, chunk.end - chunk.offset);
  return all.share().value_or(1.0);
}

// A huge page of the buffer that it is read into.
constexpr std::uint64_t kQueuedChunkBytes = std::uint64_t{2} << 20;

std::string Percent(double share) {
  return std::to_string(static_cast<int>(share * 100.0 + 0.5)) + " %";
}

class Router {
 public:
  Router(const Plan& plan, const DataFiles& files) : plan_(plan), files_(files) {
    routes_.sources.resize(files.num_shards());
  }

  ChunkRoutes Route() && {
    const std::span<const Chunk> chunks = plan_.chunks;
    for (std::size_t begin = 0; begin < chunks.size();) {
      std::size_t end = begin + 1;
      while (end < chunks.size() && chunks[end].shard == chunks[begin].shard) ++end;
      RouteShard(begin, end);
      begin = end;
    }
    return std::move(routes_);
  }

 private:
  void RouteShard(std::size_t begin, std::size_t end) {
    const File* file = files_.file_or_null(plan_.chunks[begin].shard);
    if (file == nullptr) return;  // its units have failed already
    if (file->is_automatic()) {
      Choose(*file, begin, end);
    } else {
      const ReadSource source = {file->direct_descriptor(), /*is_direct=*/true};
      for (std::size_t c = begin; c < end; ++c) Send(*file, c, source);
    }
  }

  void Choose(const File& file, std::size_t begin, std::size_t end) {
    if (file.file_system() == FileSystemKind::kMemory) {
      return Map(file, begin, end, "the files live in memory");
    }
    const std::span<const Chunk> chunks = std::span(plan_.chunks).subspan(begin, end - begin);
    const std::optional<double> share = ShareOfChunks(file, chunks);
    if (!share) return ChooseBlindly(file, begin, end);
    const std::string found = Percent(*share) + " of the bytes were in the page cache";
    if (*share >= kMostlyCached) return Map(file, begin, end, found);

    ReadSource source = {file.direct_descriptor(), /*is_direct=*/true};
    if (source.descriptor < 0) source = {file.buffered_descriptor(), /*is_direct=*/false};
    NoteReason(source.is_direct ? found : found + ", and the file system has no direct reads");
    for (std::size_t c = begin; c < end; ++c) {
      const bool is_cached = *share > kHardlyCached && !plan_.chunks[c].is_string &&
                             ShareOfChunk(file, plan_.chunks[c]) >= kHalfCached;
      Send(file, c, is_cached ? ReadSource() : source);
    }
  }

  // A map of a file on a network waits for one page after another; queued reads through the page
  // cache suit both what is cached and what is not.
  void ChooseBlindly(const File& file, std::size_t begin, std::size_t end) {
    ReadSource source;
    if (IsRemote(file)) source.descriptor = file.buffered_descriptor();
    NoteReason("it cannot be told what is in the page cache");
    for (std::size_t c = begin; c < end; ++c) Send(file, c, source);
  }

  void Map(const File& file, std::size_t begin, std::size_t end, const std::string& why) {
    NoteReason(why);
    for (std::size_t c = begin; c < end; ++c) Send(file, c, ReadSource());
  }

  // A chunk that reaches behind the file's end is visited: that finds which of its units do.
  void Send(const File& file, std::size_t c, const ReadSource& source) {
    const Chunk& chunk = plan_.chunks[c];
    const auto index = static_cast<std::uint32_t>(c);
    if (chunk.is_string) return routes_.strings.push_back(index);
    const bool is_queued = source.descriptor >= 0 && files_.is_usable(chunk);
    if (!is_queued && file.staging_size() == 0) return routes_.mapped.push_back(index);
    routes_.staging_size = std::max(routes_.staging_size, file.staging_size());
    if (!is_queued) return routes_.staged.push_back(index);
    routes_.sources[chunk.shard] = source;
    routes_.is_remote |= IsRemote(file);
    routes_.queued.push_back(index);
  }

  static bool IsRemote(const File& file) {
    return file.file_system() == FileSystemKind::kNetwork ||
           file.file_system() == FileSystemKind::kUser;
  }

  void NoteReason(const std::string& why) {
    IoSummary all;
    all.why = std::move(routes_.why);
    IoSummary reason;
    reason.why = why;
    all.Add(reason);
    routes_.why = std::move(all.why);
  }

  const Plan& plan_;
  const DataFiles& files_;
  ChunkRoutes routes_;
};

std::uint64_t BytesOf(const Plan& plan, const Chunk& chunk) {
  std::uint64_t bytes = 0;
  for (std::uint32_t p = 0; p < chunk.num_pieces; ++p) {
    bytes += plan.pieces[chunk.first_piece + p].length;
  }
  return bytes;
}

}  // namespace

ChunkRoutes RouteChunks(const DataFiles& files, Plan* plan) {
  ChunkRoutes routes = Router(*plan, files).Route();
  const bool are_large = std::ranges::any_of(routes.queued, [plan](std::uint32_t c) {
    return plan->chunks[c].end - plan->chunks[c].offset > 2 * kQueuedChunkBytes;
  });
  if (!are_large) return routes;
  RecutIntoChunks(kQueuedChunkBytes, plan);
  return Router(*plan, files).Route();
}

void ChunkRoutes::DoWithoutQueue(const Plan& plan, const DataFiles& files) {
  for (const std::uint32_t c : queued) {
    const File& file = files.file(plan.chunks[c].shard);
    (file.staging_size() == 0 ? mapped : staged).push_back(c);
  }
  queued.clear();
}

IoSummary ChunkRoutes::Summarize(const Plan& plan, const DataFiles& files) const {
  IoSummary summary;
  summary.why = why;
  for (const auto* chunks : {&mapped, &staged, &strings}) {
    for (const std::uint32_t c : *chunks) {
      const File& file = files.file(plan.chunks[c].shard);
      const bool is_direct = file.mode() == IoMode::kDirect;
      (file.staging_size() == 0 ? summary.mapped_bytes
       : is_direct              ? summary.direct_bytes
                                : summary.buffered_bytes) += BytesOf(plan, plan.chunks[c]);
    }
  }
  for (const std::uint32_t c : queued) {
    const bool is_direct = sources[plan.chunks[c].shard].is_direct;
    (is_direct ? summary.direct_bytes : summary.buffered_bytes) += BytesOf(plan, plan.chunks[c]);
  }
  return summary;
}

}  // namespace thaw
