#include "engine/tensor_view.h"

#include <array>
#include <cstdint>
#include <new>
#include <utility>

#include "engine/exec/unit_errors.h"
#include "engine/memory/host_memory.h"
#include "io/base/crc32c.h"
#include "io/storage/storage.h"

namespace thaw {
namespace {

// A tensor's bytes in the map; empty `bytes` and the reason where there are none.
struct Mapped {
  ByteView bytes;
  std::string copied_because;
};

Mapped Copied(std::string reason) { return {{}, std::move(reason)}; }

bool IsAligned(const std::byte* place, DType dtype) {
  return reinterpret_cast<std::uintptr_t>(place) % SwapUnit(dtype) == 0;
}

// The checksum's unit, for the message that a restore would give.
Status ChecksumDiffers(const CheckpointReader& reader, const TensorInfo& tensor,
                       std::uint32_t calculated) {
  const StoredPart& part = tensor.parts[0];
  Unit unit;
  unit.shard = part.extent.shard;
  unit.offset = part.extent.offset;
  unit.length = part.extent.length;
  unit.crc32c = *part.crc32c;
  unit.tensor = static_cast<std::uint32_t>(*reader.Find(tensor.name));
  return ChecksumError(unit, calculated, reader);
}

Result<Mapped> FindInMap(const CheckpointReader& reader, const TensorInfo& tensor, bool verify) {
  for (const EntryError& error : reader.entry_errors()) {
    if (error.tensor == tensor.name) return Copied("the index contradicts itself there");
  }
  if (tensor.parts.size() != 1 || tensor.is_sliced()) return Copied("it is stored in slices");
  if (reader.is_byte_swapped() && SwapUnit(tensor.dtype) > 1) {
    return Copied("it was written by a machine of the other byte order");
  }
  if (reader.format() == CheckpointFormat::kTfV1) {
    return Copied("a V1 file holds no elements as memory does");
  }
  const StoredPart& part = tensor.parts[0];
  THAW_ASSIGN_OR_RETURN(const File* const file, reader.OpenShard(part.extent.shard));
  if (file->mode() != IoMode::kMmap || file->staging_size() != 0) {
    return Copied("its file is not mapped");
  }
  // A mapped file hands out its own bytes, all at once, guarded against pages that cannot be read.
  ByteView found;
  std::size_t num_pieces = 0;
  std::uint32_t crc = 0;
  const bool is_summed = verify && part.crc32c.has_value();
  THAW_RETURN_IF_ERROR(
      file->Visit(part.extent.offset, part.extent.length, {}, [&](ByteView piece) noexcept {
        found = piece;
        ++num_pieces;
        if (is_summed) crc = Crc32cExtend(crc, piece);
      }));
  if (is_summed && crc != *part.crc32c) return ChecksumDiffers(reader, tensor, crc);
  if (num_pieces != 1 && part.extent.length > 0)
    return Copied("its file is not mapped in one piece");
  if (!IsAligned(found.data(), tensor.dtype)) {
    return Copied("it begins at byte " + std::to_string(part.extent.offset) +
                  " of its file, which is no multiple of an element's size");
  }
  return Mapped{found, ""};
}

Result<TensorView> View(const Checkpoint& checkpoint, std::string_view name,
                        const RestoreOptions& options) {
  THAW_ASSIGN_OR_RETURN(const TensorInfo tensor, checkpoint.Find(name));
  if (!IsFixedSize(tensor.dtype) || !tensor.foreign_dtype.empty()) {
    return UnimplementedError("no view holds elements of dtype " + std::string(DTypeNameOf(tensor)))
        .WithTensor(tensor.name);
  }
  TensorView view;
  view.dtype = tensor.dtype;
  view.shape.assign(tensor.shape.begin(), tensor.shape.end());
  const auto elements = static_cast<std::uint64_t>(NumElements(tensor.shape).value_or(0));
  const std::uint64_t size = elements * ElementSize(tensor.dtype);  // the reader checked it
  if (size > 0) {
    THAW_ASSIGN_OR_RETURN(Mapped mapped, FindInMap(*checkpoint.reader(), tensor, options.verify));
    if (mapped.copied_because.empty()) {
      view.bytes = mapped.bytes;
      view.owner = checkpoint.reader();
      return view;
    }
    view.copied_because = std::move(mapped.copied_because);
  }
  THAW_ASSIGN_OR_RETURN(HostMemory memory, HostMemory::Allocate(size));
  Request request;
  request.tensor = name;
  request.dtype = view.dtype;
  request.shape = view.shape;
  request.buffer = memory.bytes();
  THAW_RETURN_IF_ERROR(Restore(checkpoint, std::array{request}, options).status);
  view.bytes = memory.bytes();
  view.owner = std::make_shared<HostMemory>(std::move(memory));
  return view;
}

}  // namespace

Result<TensorView> ViewTensor(const Checkpoint& checkpoint, std::string_view name,
                              const RestoreOptions& options) {
  try {
    return View(checkpoint, name, options);
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("not enough memory to view the tensor").WithTensor(name);
  }
}

}  // namespace thaw
