// Restores every numeric tensor of a checkpoint into memory that this program has allocated,
// float32 as bfloat16, on all cores and with every checksum compared.
//
//   restore_into_buffers path/to/model-0

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include "engine/checkpoint.h"
#include "engine/restore.h"

namespace {

int Fail(const thaw::Status& status) {
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  if (!status.hint().empty()) std::fprintf(stderr, "hint: %s\n", status.hint().c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: restore_into_buffers CHECKPOINT\n");
    return 2;
  }
  // Opening reads and checks the index alone.
  const thaw::Result<thaw::Checkpoint> checkpoint = thaw::Checkpoint::Open(argv[1]);
  if (!checkpoint.ok()) return Fail(checkpoint.status());

  // One request per tensor. The memory could as well be pinned, shared or on huge pages: a restore
  // writes into whatever it is given and allocates nothing of that size itself.
  std::vector<thaw::Request> requests;
  std::vector<std::vector<std::byte>> buffers;
  buffers.reserve(checkpoint->num_tensors());
  for (std::size_t i = 0; i < checkpoint->num_tensors(); ++i) {
    const thaw::TensorInfo tensor = checkpoint->tensor(i);
    if (!thaw::IsFixedSize(tensor.dtype)) continue;  // strings have receivers of their own
    thaw::Request request;
    request.tensor = std::string(tensor.name);
    request.shape.assign(tensor.shape.begin(), tensor.shape.end());
    request.dtype = tensor.dtype == thaw::DType::kFloat32 ? thaw::DType::kBFloat16 : tensor.dtype;
    request.allow_conversion = true;
    const auto num_elements = static_cast<std::size_t>(*thaw::NumElements(tensor.shape));
    request.buffer = buffers.emplace_back(num_elements * thaw::ElementSize(request.dtype));
    requests.push_back(std::move(request));
  }

  // All requests are checked before the first byte is written; then chunks of all tensors are read,
  // summed and converted in parallel, each byte once.
  const thaw::RestoreOutcome outcome = thaw::Restore(*checkpoint, requests);
  for (std::size_t r = 0; r < outcome.requests.size(); ++r) {
    // One tensor's failure spoils no other; a buffer is done, untouched, or filled with zeros.
    if (outcome.requests[r].state == thaw::BufferState::kDone) continue;
    std::fprintf(stderr, "%s: %s\n", requests[r].tensor.c_str(),
                 outcome.requests[r].status.ToString().c_str());
  }
  if (!outcome.status.ok()) return Fail(outcome.status);
  std::printf("%zu tensors, %llu bytes, %.3f s\n", requests.size(),
              static_cast<unsigned long long>(outcome.restored_bytes), outcome.seconds);
  return 0;
}
