#include "engine/shared_restore.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "engine/plan/request.h"
#include "engine/shared/segment_format.h"
#include "engine/shared/segment_origin.h"
#include "engine/tensor_choice.h"

namespace thaw {
namespace {

// What is to be restored, in byte order of the names.
struct Contents {
  std::vector<ChosenTensor> chosen;
  std::vector<Request> requests;                  // one per chosen tensor
  std::vector<std::vector<std::string>> strings;  // the receivers of string tensors
};

DType WantedDType(const ShareOptions& options, DType stored) {
  for (const auto& [from, to] : options.conversions) {
    if (from == stored) return to;
  }
  return stored;
}

Result<Contents> Choose(const Checkpoint& checkpoint, const ShareOptions& options) {
  Contents contents;
  if (options.tensors.empty()) {
    contents.chosen = AllTensors(checkpoint);
  } else {
    THAW_ASSIGN_OR_RETURN(contents.chosen, ChooseTensors(checkpoint, options.tensors));
    std::ranges::sort(contents.chosen, {}, &ChosenTensor::name);
  }
  contents.strings.resize(contents.chosen.size());
  for (std::size_t i = 0; i < contents.chosen.size(); ++i) {
    const TensorInfo tensor = checkpoint.tensor(contents.chosen[i].index);
    Request& request = contents.requests.emplace_back();
    request.tensor = contents.chosen[i].name;
    request.dtype = WantedDType(options, tensor.dtype);
    request.allow_conversion = request.dtype != tensor.dtype;
    request.shape.assign(tensor.shape.begin(), tensor.shape.end());
    if (request.dtype == DType::kString) {
      request.strings = &contents.strings[i];
    } else if (!IsFixedSize(request.dtype) || !tensor.foreign_dtype.empty()) {
      return UnimplementedError("shared memory holds no elements of dtype " +
                                std::string(DTypeNameOf(tensor)))
          .WithTensor(tensor.name);
    }
  }
  return contents;
}

// The requests with or without strings, restored.
Status Run(const Checkpoint& checkpoint, const Contents& contents, bool of_strings,
           const RestoreOptions& options) {
  std::vector<Request> requests;
  for (const Request& request : contents.requests) {
    if ((request.strings != nullptr) == of_strings) requests.push_back(request);
  }
  return requests.empty() ? Status() : Restore(checkpoint, requests, options).status;
}

Result<SegmentLayout> LayOut(const Contents& contents, const SegmentOrigin& origin,
                             bool is_verified) {
  std::vector<SegmentTensor> tensors;
  for (std::size_t i = 0; i < contents.chosen.size(); ++i) {
    const Request& request = contents.requests[i];
    SegmentTensor& tensor = tensors.emplace_back();
    tensor.name = request.tensor;
    tensor.dtype = request.dtype;
    tensor.shape = request.shape;
    if (request.strings != nullptr) {
      tensor.length = EncodedStringsSize(*request.strings);
      continue;
    }
    const auto elements = static_cast<std::uint64_t>(NumElements(request.shape).value_or(0));
    if (!CheckedMul(elements, ElementSize(request.dtype), &tensor.length)) {
      return ResourceExhaustedError("no memory holds the tensor").WithTensor(request.tensor);
    }
  }
  return SegmentLayout::Make(std::move(tensors), origin, is_verified);
}

}  // namespace

std::string RecipeOf(const ShareOptions& options) {
  std::vector<std::string> names = options.tensors;
  std::ranges::sort(names);
  const auto [unique_end, end] = std::ranges::unique(names);
  names.erase(unique_end, end);
  std::vector<std::string> conversions;
  for (const auto& [from, to] : options.conversions) {
    if (from == to) continue;
    conversions.push_back(std::string(DTypeName(from)) + ">" + std::string(DTypeName(to)));
  }
  std::ranges::sort(conversions);
  std::string recipe;
  for (const std::string& name : names) {
    recipe += std::to_string(name.size()) + ":" + name + ";";
  }
  for (const std::string& conversion : conversions) recipe += conversion + ";";
  return recipe;
}

Result<NewSharedMemory> RestoreIntoSegment(const Checkpoint& checkpoint,
                                           const ShareOptions& options,
                                           const MakeSharedMemory& make) {
  THAW_ASSIGN_OR_RETURN(const SegmentOrigin origin,
                        OriginOf(*checkpoint.reader(), RecipeOf(options)));
  THAW_ASSIGN_OR_RETURN(Contents contents, Choose(checkpoint, options));
  // Strings first: how much room they need is not known before.
  RestoreOptions string_options = options.restore;
  string_options.progress = nullptr;
  THAW_RETURN_IF_ERROR(Run(checkpoint, contents, true, string_options));
  THAW_ASSIGN_OR_RETURN(const SegmentLayout layout,
                        LayOut(contents, origin, options.restore.verify));
  THAW_ASSIGN_OR_RETURN(NewSharedMemory memory, make(layout.size()));
  const MutableByteView segment = memory.bytes();
  layout.Write(segment);
  for (std::size_t i = 0; i < contents.requests.size(); ++i) {
    const SegmentTensor& tensor = layout.tensors()[i];
    Request& request = contents.requests[i];
    const MutableByteView bytes = segment.subspan(tensor.offset, tensor.length);
    if (request.strings != nullptr) {
      EncodeStrings(*request.strings, bytes);
    } else {
      request.buffer = bytes;
    }
  }
  THAW_RETURN_IF_ERROR(Run(checkpoint, contents, false, options.restore));
  THAW_RETURN_IF_ERROR(CheckUnchanged(origin));
  MarkComplete(segment);
  return memory;
}

}  // namespace thaw
