#include "python/src/pool_memory.h"

#include <optional>
#include <utility>

#include "engine/memory/memory_pool.h"
#include "engine/memory/page_lock.h"
#include "io/base/bytes.h"
#include "python/src/arrays.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

// Never destroyed: arrays may outlive everything else.
MemoryPool& Pool() {
  static auto* const pool = new MemoryPool();
  return *pool;
}

// From here on memory of the pool is better than NumPy's, which has small pages below 4 MiB.
constexpr std::uint64_t kLeastPacked = std::uint64_t{64} << 10;

}  // namespace

// A piece of the pool's memory, lent to the arrays of a load.
class PoolSlab {
 public:
  explicit PoolSlab(HostMemory memory) : memory_(std::move(memory)) {}
  PoolSlab(const PoolSlab&) = delete;
  PoolSlab& operator=(const PoolSlab&) = delete;
  ~PoolSlab() {
    if (is_locked_) UnlockPages(memory_.bytes());
    Pool().Return(std::move(memory_));
  }

  Status Lock() {
    THAW_RETURN_IF_ERROR(LockPages(memory_.bytes()));
    is_locked_ = true;
    return Status();
  }

  MutableByteView bytes() const { return memory_.bytes(); }

 private:
  HostMemory memory_;
  bool is_locked_ = false;
};

namespace {

// The base object of an array: keeps its slab.
class PoolMemory {
 public:
  PoolMemory(std::shared_ptr<const PoolSlab> slab, std::uint64_t offset, std::uint64_t size)
      : slab_(std::move(slab)), bytes_(slab_->bytes().subspan(offset, size)) {}

  MutableByteView bytes() const { return bytes_; }

 private:
  std::shared_ptr<const PoolSlab> slab_;
  MutableByteView bytes_;
};

// The buffer protocol's door: numpy.ndarray(buffer=…) comes through it and keeps the object alive.
int GetBuffer(PyObject* self, Py_buffer* view, int flags) {
  const MutableByteView bytes = nb::inst_ptr<PoolMemory>(self)->bytes();
  return PyBuffer_FillInfo(view, self, bytes.data(), static_cast<Py_ssize_t>(bytes.size()), 0,
                           flags);
}

PyType_Slot kSlots[] = {{Py_bf_getbuffer, reinterpret_cast<void*>(GetBuffer)}, {0, nullptr}};

// Bytes of an array. Errors: ResourceExhaustedError  an impossible shape.
std::uint64_t SizeOf(const ArrayForm& form) {
  const std::optional<std::int64_t> elements = NumElements(form.shape);
  std::uint64_t size = 0;
  if (!elements ||
      !CheckedMul(static_cast<std::uint64_t>(*elements), ElementSize(form.dtype), &size)) {
    RaiseStatus(
        ResourceExhaustedError("no memory holds an array of shape " + ShapeToList(form.shape)));
  }
  return size;
}

nb::dict PoolStatisticsToPython() {
  const PoolStatistics statistics = Pool().statistics();
  nb::dict result;
  result["kept_bytes"] = statistics.kept_bytes;
  result["limit_bytes"] = statistics.limit_bytes;
  result["reused_bytes"] = statistics.reused_bytes;
  result["fresh_bytes"] = statistics.fresh_bytes;
  result["dropped_bytes"] = statistics.dropped_bytes;
  return result;
}

}  // namespace

PoolArrays::PoolArrays(std::vector<ArrayForm> forms, bool pinned) : forms_(std::move(forms)) {
  std::vector<std::uint64_t> sizes;
  for (const ArrayForm& form : forms_) {
    const std::uint64_t size = IsFixedSize(form.dtype) ? SizeOf(form) : 0;
    const bool is_packed = size >= kLeastPacked || (pinned && size > 0);
    packed_.push_back(is_packed ? sizes.size() : kOwn);
    if (is_packed) sizes.push_back(size);
  }
  packing_ = PackBuffers(sizes);
  for (const std::uint64_t size : packing_.slabs) {
    // The pool keeps nothing smaller.
    if (size < MemoryPool::kSmallest && !pinned) {
      slabs_.push_back(nullptr);
      continue;
    }
    const auto slab = std::make_shared<PoolSlab>(ValueOrRaise(Pool().Take(size)));
    if (pinned) {
      const Status locked = slab->Lock();
      if (!locked.ok()) RaiseStatus(locked);
    }
    slabs_.push_back(slab);
  }
}

nb::object PoolArrays::Make(std::size_t index) const {
  const ArrayForm& form = forms_[index];
  if (packed_[index] == kOwn) return EmptyArray(form.dtype, form.shape);
  const Packing::Place& place = packing_.places[packed_[index]];
  if (slabs_[place.slab] == nullptr) return EmptyArray(form.dtype, form.shape);
  nb::object owner = nb::cast(new PoolMemory(slabs_[place.slab], place.offset, SizeOf(form)),
                              nb::rv_policy::take_ownership);
  return nb::module_::import_("numpy").attr("ndarray")(ShapeToPython(form.shape),
                                                       DTypeToNumpy(form.dtype), owner);
}

void BindPoolMemory(nb::module_& module) {
  nb::class_<PoolMemory>(module, "PoolMemory", nb::type_slots(kSlots),
                         "Memory behind an array; it goes back to the pool when that dies.");
  module.def(
      "trim_pool",
      [] {
        const nb::gil_scoped_release release;
        return Pool().Trim();
      },
      "Gives the pool's unused memory back to the system; returns its bytes.");
  module.def("pool_statistics", &PoolStatisticsToPython, "The pool's counters: see tensorthaw.");
}

nb::object EmptyPoolArray(DType dtype, Dims shape) {
  std::vector<ArrayForm> form = {{dtype, Shape(shape.begin(), shape.end())}};
  return PoolArrays(std::move(form), false).Make(0);
}

}  // namespace thaw::python
