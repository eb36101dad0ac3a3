#include "engine/variables/variable_store.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "engine/memory/host_memory.h"
#include "engine/memory/packing.h"
#include "engine/variables/partitioning/partitioning.h"
#include "engine/variables/variable_table.h"

namespace thaw {
namespace {

// Bytes of a value of fully defined shape. Errors: InvalidArgument, ResourceExhausted.
Result<std::uint64_t> ValueBytes(const thaw::Variable& variable) {
  if (std::find(variable.shape.begin(), variable.shape.end(), kUnknownDim) !=
      variable.shape.end()) {
    return InvalidArgumentError("'" + variable.op_name +
                                "' has a shape that is not fully defined, " +
                                ShapeToTuple(variable.shape) + ": it has no size")
        .WithTfClass("ValueError");
  }
  const auto num_elements = NumElements(variable.shape);
  std::uint64_t size = 0;
  if (!num_elements ||
      !CheckedMul(static_cast<std::uint64_t>(*num_elements), ElementSize(variable.dtype), &size)) {
    return ResourceExhaustedError("'" + variable.op_name + "' of shape " +
                                  ShapeToTuple(variable.shape) + " is too large for any memory");
  }
  return size;
}

std::optional<InitializerArgument> ToArgument(const std::optional<Initializer>& initializer) {
  if (!initializer) return std::nullopt;
  return InitializerArgument{*initializer, nullptr};
}

// A request that takes nothing from a scope.
VariableRequest ToRequest(const std::string& name, DType dtype, const Shape& shape,
                          const VariableOptions& options) {
  VariableRequest request;
  request.name = name;
  request.dtype = dtype;
  request.shape = shape;
  request.initializer = ToArgument(options.initializer);
  request.use_resource = options.use_resource;
  request.reuse = Reuse::kNo;
  request.op_name = options.op_name;
  return request;
}

}  // namespace

struct VariableStore::Impl {
  VariableTable table;
  ScopeStack scopes{&table.op_names()};
  // Variables that got memory together share it.
  std::unordered_map<const thaw::Variable*, std::shared_ptr<const HostMemory>> memory;
  std::vector<AppliedEntry> applied_entries;
  MapNotation map_notation = MapNotation::kMapFile;
};

VariableStore::VariableStore() : impl_(std::make_unique<Impl>()) {}
VariableStore::~VariableStore() = default;
VariableStore::VariableStore(VariableStore&&) noexcept = default;
VariableStore& VariableStore::operator=(VariableStore&&) noexcept = default;

ScopeStack& VariableStore::scopes() { return impl_->scopes; }
const ScopeStack& VariableStore::scopes() const { return impl_->scopes; }

Result<GotVariable> VariableStore::Get(VariableRequest request) {
  THAW_ASSIGN_OR_RETURN(VariableRequest completed,
                        CompleteRequest(*impl_->scopes.current(), std::move(request)));
  return GetCompleted(std::move(completed));
}

Result<GotVariable> VariableStore::GetCompleted(VariableRequest request) {
  if (!request.dtype) request.dtype = DType::kFloat32;
  return GetVariableIn(impl_->table, request);
}

Result<thaw::Variable*> VariableStore::Make(PlainVariableRequest request) {
  if (!request.use_resource) {
    request.use_resource = impl_->scopes.current()->settings().use_resource;
  }
  return MakePlainVariable(impl_->table, impl_->scopes.name_scope(), request);
}

Result<thaw::Variable*> VariableStore::GetVariable(const std::string& name, DType dtype,
                                                   const Shape& shape,
                                                   const VariableOptions& options) {
  THAW_ASSIGN_OR_RETURN(const GotVariable got,
                        GetCompleted(ToRequest(name, dtype, shape, options)));
  return got.variable;
}

Result<std::vector<thaw::Variable*>> VariableStore::GetPartitionedVariable(
    const std::string& name, DType dtype, const Shape& shape,
    std::span<const std::int64_t> partitions, const VariableOptions& options) {
  VariableRequest request = ToRequest(name, dtype, shape, options);
  const Partitions given{{partitions.begin(), partitions.end()}};
  request.partitioner =
      Partitioner{[&given](const Shape&, DType) { return Result<Partitions>(given); }, nullptr};
  if (shape.empty()) return CheckPartitionable(name, shape);
  THAW_ASSIGN_OR_RETURN(const GotVariable got, GetCompleted(std::move(request)));
  return got.partitioned->parts;
}

Result<thaw::Variable*> VariableStore::Variable(const std::string& name, DType dtype,
                                                const Shape& shape,
                                                const VariableOptions& options) {
  Initializer initializer = ZerosInitializer{};
  if (options.initializer) {
    initializer = *options.initializer;
  } else {
    const Result<Initializer> chosen = DefaultInitializer(dtype);
    if (!chosen.ok()) return chosen.status().WithContext("'" + name + "'");
    initializer = *chosen;
  }
  PlainVariableRequest request;
  request.name = name;
  request.initial_value = {std::move(initializer), nullptr};
  request.dtype = dtype;
  request.shape = shape;
  request.use_resource = options.use_resource;
  request.op_name = options.op_name;
  return MakePlainVariable(impl_->table, "", request);
}

Status VariableStore::Bind(thaw::Variable* variable, MutableByteView memory) {
  if (!IsFixedSize(variable->dtype)) {
    return InvalidArgumentError("'" + variable->op_name +
                                "' is a string variable: its values are "
                                "strings, not memory of a fixed size");
  }
  THAW_ASSIGN_OR_RETURN(const std::uint64_t size, ValueBytes(*variable));
  if (memory.size() != size) {
    return InvalidArgumentError("'" + variable->op_name + "' takes " + std::to_string(size) +
                                " bytes, the memory has " + std::to_string(memory.size()));
  }
  variable->buffer = memory;
  impl_->memory.erase(variable);
  return Status();
}

Status VariableStore::EnsureBuffer(thaw::Variable* variable) {
  if (!IsFixedSize(variable->dtype)) return Status();
  THAW_ASSIGN_OR_RETURN(const std::uint64_t size, ValueBytes(*variable));
  // A variable of partly unknown shape may get values of several sizes.
  if (!variable->buffer.empty() && variable->buffer.size() == size) return Status();
  Result<HostMemory> memory = HostMemory::Allocate(size);
  if (!memory.ok()) return memory.status().WithContext("variable '" + variable->op_name + "'");
  variable->buffer = memory->bytes();
  impl_->memory.insert_or_assign(variable, std::make_shared<HostMemory>(std::move(*memory)));
  return Status();
}

void VariableStore::ReserveBuffers(std::span<thaw::Variable* const> variables) {
  std::vector<thaw::Variable*> lacking;
  std::vector<std::uint64_t> sizes;
  for (thaw::Variable* variable : variables) {
    if (!variable->buffer.empty() || !IsFixedSize(variable->dtype)) continue;
    const Result<std::uint64_t> size = ValueBytes(*variable);
    if (!size.ok() || *size == 0) continue;
    lacking.push_back(variable);
    sizes.push_back(*size);
  }
  const Packing packing = PackBuffers(sizes);
  std::vector<std::shared_ptr<const HostMemory>> slabs;
  for (const std::uint64_t size : packing.slabs) {
    Result<HostMemory> slab = HostMemory::Allocate(size);
    if (!slab.ok()) return;
    slabs.push_back(std::make_shared<HostMemory>(std::move(*slab)));
  }
  for (std::size_t i = 0; i < lacking.size(); ++i) {
    const Packing::Place& place = packing.places[i];
    const auto [entry, is_new] = impl_->memory.insert_or_assign(lacking[i], slabs[place.slab]);
    lacking[i]->buffer = entry->second->bytes().subspan(place.offset, sizes[i]);
  }
}

std::span<thaw::Variable* const> VariableStore::variables() const {
  return impl_->table.variables();
}

std::vector<thaw::Variable*> VariableStore::variables(VariableGroup group) const {
  std::vector<thaw::Variable*> chosen;
  for (thaw::Variable* variable : impl_->table.variables()) {
    if (group == VariableGroup::kAll || variable->is_local == (group == VariableGroup::kLocal)) {
      chosen.push_back(variable);
    }
  }
  return chosen;
}

thaw::Variable* VariableStore::FindKey(std::string_view key) const {
  return impl_->table.FindKey(key);
}

thaw::Variable* VariableStore::FindOpName(std::string_view op_name) const {
  return impl_->table.FindOpName(op_name);
}

PartitionedVariable* VariableStore::FindPartitioned(std::string_view name) const {
  return impl_->table.FindPartitioned(name);
}

std::vector<std::string_view> VariableStore::keys() const { return impl_->table.keys(); }

void VariableStore::RecordEntry(AppliedEntry entry) {
  impl_->applied_entries.push_back(std::move(entry));
}

std::span<const AppliedEntry> VariableStore::applied_entries() const {
  return impl_->applied_entries;
}

void VariableStore::set_map_notation(MapNotation notation) { impl_->map_notation = notation; }

MapNotation VariableStore::map_notation() const { return impl_->map_notation; }

}  // namespace thaw
