#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/restore.h"
#include "engine/thaw.h"

struct thaw_status {
  thaw::Status status;
  std::string message;
};

// The C side wants names that end in NUL and shapes that stay; both are kept beside the checkpoint.
struct thaw_checkpoint {
  explicit thaw_checkpoint(thaw::Checkpoint opened) : checkpoint(std::move(opened)) {
    names.reserve(checkpoint.num_tensors());
    for (std::size_t i = 0; i < checkpoint.num_tensors(); ++i) {
      names.emplace_back(checkpoint.tensor(i).name);
    }
  }

  thaw::Checkpoint checkpoint;
  std::vector<std::string> names;
};

namespace {

using thaw::DType;
using thaw::InvalidArgumentError;
using thaw::Result;
using thaw::Status;
using thaw::TensorInfo;

// Stands for every failure whose words found no memory. Never freed.
thaw_status* NoMemory() {
  static thaw_status status{thaw::ResourceExhaustedError("out of memory"), "out of memory"};
  return &status;
}

thaw_status* ToC(const Status& status) {
  if (status.ok()) return nullptr;
  return new thaw_status{status, status.message()};
}

// Runs `body`, which returns a Status, behind the wall that no exception passes.
template <typename Body>
thaw_status* Guarded(Body body) noexcept {
  try {
    return ToC(body());
  } catch (...) {
    return NoMemory();
  }
}

DType DTypeOf(std::int32_t number) {
  return thaw::DTypeFromNumber(number).value_or(DType::kInvalid);
}

void Describe(const thaw_checkpoint& checkpoint, std::size_t index, thaw_tensor* tensor) {
  const TensorInfo info = checkpoint.checkpoint.tensor(index);
  const std::string& name = checkpoint.names[index];
  const auto num_elements = static_cast<std::uint64_t>(thaw::NumElements(info.shape).value_or(0));
  *tensor = {.name = name.c_str(),
             .name_length = name.size(),
             .dtype = static_cast<std::int32_t>(info.dtype),
             .rank = static_cast<std::int32_t>(info.shape.size()),
             .shape = info.shape.data(),
             .num_elements = num_elements,
             .size = num_elements * thaw::ElementSize(info.dtype)};
}

// The stored shape, or that of the slice: C callers give the size of their buffer only.
Result<thaw::Shape> ShapeOf(const TensorInfo& info, const thaw_request& request) {
  if (request.slice == nullptr) return thaw::Shape(info.shape.begin(), info.shape.end());
  THAW_ASSIGN_OR_RETURN(const thaw::ShapeAndSlice spec, thaw::ParseShapeAndSlice(request.slice));
  THAW_ASSIGN_OR_RETURN(const thaw::TensorSlice slice,
                        thaw::ResolveSlice(spec.slice, spec.full_shape));
  return thaw::SliceShape(slice);
}

Result<thaw::Request> ToRequest(const thaw::Checkpoint& checkpoint, const thaw_request& wanted) {
  if (wanted.name == nullptr) return InvalidArgumentError("a request without a name");
  if (wanted.buffer == nullptr && wanted.size > 0) {
    return InvalidArgumentError("a request without a buffer").WithTensor(wanted.name);
  }
  thaw::Request request;
  request.tensor = wanted.name;
  request.slice_spec = wanted.slice == nullptr ? "" : wanted.slice;
  request.buffer = {static_cast<std::byte*>(wanted.buffer), wanted.size};
  request.allow_conversion = true;
  THAW_ASSIGN_OR_RETURN(const TensorInfo info, checkpoint.Find(request.tensor));
  request.dtype = wanted.dtype == 0 ? info.dtype : DTypeOf(wanted.dtype);
  THAW_ASSIGN_OR_RETURN(request.shape, ShapeOf(info, wanted));
  return request;
}

Status RestoreRequests(const thaw::Checkpoint& checkpoint, std::span<thaw_request> wanted,
                       const thaw_options* options) {
  for (thaw_request& request : wanted) request.state = 0;
  std::vector<thaw::Request> requests;
  requests.reserve(wanted.size());
  for (const thaw_request& request : wanted) {
    THAW_ASSIGN_OR_RETURN(thaw::Request converted, ToRequest(checkpoint, request));
    requests.push_back(std::move(converted));
  }
  thaw::RestoreOptions restore_options;
  if (options != nullptr) {
    restore_options.threads = options->threads;
    restore_options.verify = options->skip_checksums == 0;
    if (options->memory_budget != 0) restore_options.memory_budget = options->memory_budget;
  }
  const thaw::RestoreOutcome outcome = thaw::Restore(checkpoint, requests, restore_options);
  for (std::size_t i = 0; i < outcome.requests.size(); ++i) {
    wanted[i].state = static_cast<std::int32_t>(outcome.requests[i].state);
  }
  return outcome.status;
}

}  // namespace

extern "C" {

int thaw_status_code(const thaw_status* status) {
  return status == nullptr ? THAW_OK : static_cast<int>(status->status.code());
}

const char* thaw_status_message(const thaw_status* status) {
  return status == nullptr ? "" : status->message.c_str();
}

const char* thaw_status_file(const thaw_status* status) {
  return status == nullptr ? "" : status->status.file().c_str();
}

const char* thaw_status_tensor(const thaw_status* status) {
  return status == nullptr ? "" : status->status.tensor().c_str();
}

const char* thaw_status_hint(const thaw_status* status) {
  return status == nullptr ? "" : status->status.hint().c_str();
}

std::int64_t thaw_status_shard(const thaw_status* status) {
  return status == nullptr ? -1 : status->status.shard().value_or(-1);
}

std::int64_t thaw_status_offset(const thaw_status* status) {
  if (status == nullptr || !status->status.offset()) return -1;
  return static_cast<std::int64_t>(*status->status.offset());
}

void thaw_status_free(thaw_status* status) {
  if (status != NoMemory()) delete status;
}

thaw_status* thaw_open(const char* path, thaw_checkpoint** checkpoint) {
  *checkpoint = nullptr;
  return Guarded([&]() -> Status {
    THAW_ASSIGN_OR_RETURN(thaw::Checkpoint opened, thaw::Checkpoint::Open(path));
    *checkpoint = new thaw_checkpoint(std::move(opened));
    return Status();
  });
}

void thaw_close(thaw_checkpoint* checkpoint) { delete checkpoint; }

size_t thaw_num_tensors(const thaw_checkpoint* checkpoint) { return checkpoint->names.size(); }

thaw_status* thaw_tensor_at(const thaw_checkpoint* checkpoint, size_t index, thaw_tensor* tensor) {
  return Guarded([&]() -> Status {
    if (index >= checkpoint->names.size()) {
      return InvalidArgumentError("there are " + std::to_string(checkpoint->names.size()) +
                                  " tensors; number " + std::to_string(index) + " is none");
    }
    Describe(*checkpoint, index, tensor);
    return Status();
  });
}

thaw_status* thaw_find(const thaw_checkpoint* checkpoint, const char* name, thaw_tensor* tensor) {
  return Guarded([&]() -> Status {
    THAW_ASSIGN_OR_RETURN(const TensorInfo found, checkpoint->checkpoint.Find(name));
    Describe(*checkpoint, *checkpoint->checkpoint.reader()->Find(found.name), tensor);
    return Status();
  });
}

const char* thaw_dtype_name(std::int32_t dtype) {
  return thaw::DTypeName(DTypeOf(dtype)).data();  // a literal, so it ends in NUL
}

size_t thaw_dtype_size(std::int32_t dtype) { return thaw::ElementSize(DTypeOf(dtype)); }

thaw_status* thaw_restore(const thaw_checkpoint* checkpoint, thaw_request* requests,
                          size_t num_requests, const thaw_options* options) {
  return Guarded([&] {
    return RestoreRequests(checkpoint->checkpoint, std::span(requests, num_requests), options);
  });
}

}  // extern "C"
