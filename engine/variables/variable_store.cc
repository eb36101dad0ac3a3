#include "engine/variables/variable_store.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/variables/host_memory.h"
#include "engine/variables/op_names.h"
#include "engine/variables/partitioning.h"

namespace thaw {
namespace {

Status ValueError(std::string what) {
  return InvalidArgumentError(std::move(what)).WithTfClass("ValueError");
}

std::string PartName(std::string_view name, std::size_t part) {
  return std::string(name) + "/part_" + std::to_string(part);
}

// A seed for a variable that was given none: 64-bit FNV-1a of its name, never 0.
std::uint64_t SeedOf(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  return hash | 1;
}

Initializer WithSeed(Initializer initializer, std::string_view name) {
  std::visit(
      [&](auto& value) {
        if constexpr (requires { value.seed; }) {
          if (value.seed == 0) value.seed = SeedOf(name);
        }
      },
      initializer);
  return initializer;
}

Result<Initializer> ChooseInitializer(const std::string& name, DType dtype, Dims full_shape,
                                      const VariableOptions& options) {
  if (!IsFixedSize(dtype) && dtype != DType::kString) {
    return ValueError("'" + name + "': no variable holds dtype " + std::string(DTypeName(dtype)));
  }
  Initializer initializer = ZerosInitializer{};
  if (options.initializer) {
    initializer = *options.initializer;
  } else {
    const Result<Initializer> chosen = DefaultInitializer(dtype);
    if (!chosen.ok()) return chosen.status().WithContext("'" + name + "'");
    initializer = *chosen;
  }
  const Status fits = CheckInitializer(initializer, dtype, full_shape);
  if (!fits.ok()) return fits.WithContext("'" + name + "'");
  return WithSeed(std::move(initializer), name);
}

// Bytes of a value of fully defined shape. Errors: InvalidArgument, ResourceExhausted.
Result<std::uint64_t> ValueBytes(const thaw::Variable& variable) {
  if (std::find(variable.shape.begin(), variable.shape.end(), kUnknownDim) !=
      variable.shape.end()) {
    return ValueError("'" + variable.op_name + "' has a shape that is not fully defined, " +
                      ShapeToTuple(variable.shape) + ": it has no size");
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

}  // namespace

struct VariableStore::Impl {
  std::deque<thaw::Variable> owned;  // addresses stay
  std::vector<thaw::Variable*> in_order;
  std::map<std::string, thaw::Variable*, std::less<>> by_key;
  std::unordered_map<std::string, thaw::Variable*> by_op_name;
  std::unordered_set<std::string> partitioned;  // full names
  OpNames op_names;
  std::unordered_map<const thaw::Variable*, HostMemory> memory;
  std::vector<AppliedEntry> applied_entries;

  // Claims the op name and adds the variable; changes nothing when it fails.
  Result<thaw::Variable*> Add(thaw::Variable variable, const std::string& explicit_op_name) {
    if (explicit_op_name.empty()) {
      const std::string& wanted = variable.in_store() ? variable.key : variable.name;
      THAW_ASSIGN_OR_RETURN(variable.op_name, op_names.Claim(wanted));
    } else {
      THAW_RETURN_IF_ERROR(op_names.ClaimExactly(explicit_op_name));
      variable.op_name = explicit_op_name;
    }
    thaw::Variable* added = &owned.emplace_back(std::move(variable));
    in_order.push_back(added);
    by_op_name.emplace(added->op_name, added);
    if (added->in_store()) by_key.emplace(added->key, added);
    return added;
  }

  bool HasKey(std::string_view key) const { return by_key.find(key) != by_key.end(); }

  Status CheckNewName(const std::string& name) const;
  Status CheckNewPartitionedName(const std::string& name, std::size_t num_parts) const;
};

// variable_scope.py: _VariableStore.get_variable without a partitioner, then _get_single_variable.
Status VariableStore::Impl::CheckNewName(const std::string& name) const {
  if (HasKey(PartName(name, 0))) {
    return ValueError(
               "No partitioner was provided, but a partitioned version of the variable was "
               "found: " +
               PartName(name, 0))
        .WithHint("another get_variable made parts of '" + name + "'; give one another name");
  }
  if (!HasKey(name)) return Status();
  return ValueError("Variable " + name + " already exists: get_variable made it before")
      .WithHint("give one of the two another name");
}

// variable_scope.py: _get_partitioned_variable without reuse.
Status VariableStore::Impl::CheckNewPartitionedName(const std::string& name,
                                                    std::size_t num_parts) const {
  if (partitioned.contains(name)) {
    return ValueError("Partitioned variable with name " + name + " already exists")
        .WithHint("give one of the two another name");
  }
  if (!HasKey(PartName(name, 0))) return Status();
  const std::string found =
      "Partitioner returned a different partitioning than what was already "
      "found: " +
      std::to_string(num_parts) + " parts, and " + PartName(name, 0) + " exists, but ";
  if (!HasKey(PartName(name, num_parts - 1))) {
    return ValueError(found + PartName(name, num_parts - 1) + " does not");
  }
  if (HasKey(PartName(name, num_parts))) {
    return ValueError(found + "so does the extra " + PartName(name, num_parts));
  }
  return ValueError("Variable " + PartName(name, 0) +
                    " already exists: get_variable made it before");
}

VariableStore::VariableStore() : impl_(std::make_unique<Impl>()) {}
VariableStore::~VariableStore() = default;
VariableStore::VariableStore(VariableStore&&) noexcept = default;
VariableStore& VariableStore::operator=(VariableStore&&) noexcept = default;

Result<thaw::Variable*> VariableStore::GetVariable(const std::string& name, DType dtype,
                                                   const Shape& shape,
                                                   const VariableOptions& options) {
  THAW_RETURN_IF_ERROR(impl_->CheckNewName(name));
  if (!NumElements(shape)) {
    return ValueError("Shape of a new variable (" + name + ") must be fully defined, but is " +
                      ShapeToTuple(shape));
  }
  THAW_ASSIGN_OR_RETURN(Initializer initializer, ChooseInitializer(name, dtype, shape, options));
  thaw::Variable variable;
  variable.name = name;
  variable.key = name;
  variable.made_by = MadeBy::kGetVariable;
  variable.dtype = dtype;
  variable.shape = shape;
  variable.use_resource = options.use_resource;
  variable.initializer = std::move(initializer);
  return impl_->Add(std::move(variable), options.op_name);
}

Result<std::vector<thaw::Variable*>> VariableStore::GetPartitionedVariable(
    const std::string& name, DType dtype, const Shape& shape,
    std::span<const std::int64_t> partitions, const VariableOptions& options) {
  if (impl_->HasKey(name)) {
    return ValueError(
               "A partitioner was provided, but an unpartitioned version of the variable "
               "was found: " +
               name)
        .WithHint("another get_variable made '" + name + "'; give one another name");
  }
  THAW_ASSIGN_OR_RETURN(const std::vector<TensorSlice> slices,
                        PartitionSlices(name, shape, partitions));
  THAW_RETURN_IF_ERROR(impl_->CheckNewPartitionedName(name, slices.size()));
  THAW_ASSIGN_OR_RETURN(const Initializer initializer,
                        ChooseInitializer(name, dtype, shape, options));
  std::vector<thaw::Variable*> parts;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    thaw::Variable part;
    part.name = PartName(name, i);
    part.key = part.name;
    part.made_by = MadeBy::kGetVariable;
    part.dtype = dtype;
    part.shape = SliceShape(slices[i]);
    part.use_resource = options.use_resource;
    part.slice_info = SliceInfo{name, shape, slices[i]};
    part.initializer = initializer;
    const std::string op_name =
        options.op_name.empty() ? std::string() : PartName(options.op_name, i);
    THAW_ASSIGN_OR_RETURN(thaw::Variable* const added, impl_->Add(std::move(part), op_name));
    parts.push_back(added);
  }
  impl_->partitioned.insert(name);
  return parts;
}

Result<thaw::Variable*> VariableStore::Variable(const std::string& name, DType dtype,
                                                const Shape& shape,
                                                const VariableOptions& options) {
  const bool has_bad_dim = std::any_of(
      shape.begin(), shape.end(), [](std::int64_t dim) { return dim < 0 && dim != kUnknownDim; });
  const bool is_defined = std::find(shape.begin(), shape.end(), kUnknownDim) == shape.end();
  if (has_bad_dim || (is_defined && !NumElements(shape))) {
    return ValueError("'" + name + "' cannot have the shape " + ShapeToTuple(shape));
  }
  THAW_ASSIGN_OR_RETURN(Initializer initializer, ChooseInitializer(name, dtype, shape, options));
  thaw::Variable variable;
  variable.name = name;
  variable.made_by = MadeBy::kVariable;
  variable.dtype = dtype;
  variable.shape = shape;
  variable.use_resource = options.use_resource;
  variable.initializer = std::move(initializer);
  return impl_->Add(std::move(variable), options.op_name);
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
  if (!variable->buffer.empty() || !IsFixedSize(variable->dtype)) return Status();
  THAW_ASSIGN_OR_RETURN(const std::uint64_t size, ValueBytes(*variable));
  Result<HostMemory> memory = HostMemory::Allocate(size);
  if (!memory.ok()) return memory.status().WithContext("variable '" + variable->op_name + "'");
  variable->buffer = memory->bytes();
  impl_->memory.insert_or_assign(variable, std::move(*memory));
  return Status();
}

std::span<thaw::Variable* const> VariableStore::variables() const { return impl_->in_order; }

thaw::Variable* VariableStore::FindKey(std::string_view key) const {
  const auto found = impl_->by_key.find(key);
  return found == impl_->by_key.end() ? nullptr : found->second;
}

thaw::Variable* VariableStore::FindOpName(std::string_view op_name) const {
  const auto found = impl_->by_op_name.find(std::string(op_name));
  return found == impl_->by_op_name.end() ? nullptr : found->second;
}

std::vector<std::string_view> VariableStore::keys() const {
  std::vector<std::string_view> keys;
  keys.reserve(impl_->by_key.size());
  for (const auto& [key, variable] : impl_->by_key) keys.push_back(key);
  return keys;
}

void VariableStore::RecordEntry(AppliedEntry entry) {
  impl_->applied_entries.push_back(std::move(entry));
}

std::span<const AppliedEntry> VariableStore::applied_entries() const {
  return impl_->applied_entries;
}

}  // namespace thaw
