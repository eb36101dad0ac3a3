#include "engine/variables/variable_request.h"

#include <utility>

namespace thaw {

// variable_scope.py: VariableScope.get_variable. The scope's custom getters and hooks are the
// caller's business.
Result<VariableRequest> CompleteRequest(const VariableScope& scope, VariableRequest request) {
  const ScopeSettings& settings = scope.settings();
  if (!request.partitioner) request.partitioner = settings.partitioner;
  if (request.reuse == Reuse::kDefault) request.reuse = scope.reuse();
  if (!request.use_resource) request.use_resource = settings.use_resource;
  if (!scope.name().empty()) request.name = scope.name() + "/" + request.name;
  if (request.dtype && request.initializer && request.initializer->value() != nullptr &&
      request.initializer->value()->dtype != *request.dtype) {
    return InvalidArgumentError(
               "Initializer type '" + std::string(DTypeName(request.initializer->value()->dtype)) +
               "' and explicit dtype '" + std::string(DTypeName(*request.dtype)) +
               "' don't match: '" + request.name + "' takes the dtype of its initial value")
        .WithTfClass("ValueError");
  }
  if (!request.initializer) request.initializer = settings.initializer;
  if (!request.dtype) request.dtype = settings.dtype;
  return request;
}

}  // namespace thaw
