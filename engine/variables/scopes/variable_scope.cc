#include "engine/variables/scopes/variable_scope.h"

#include <utility>

namespace thaw {
namespace {

// Python's `a or b` for a reuse argument.
Reuse Or(Reuse given, Reuse inherited) {
  return given == Reuse::kYes || given == Reuse::kAuto ? given : inherited;
}

// The settings of a scope below `outer`: what `given` leaves open is inherited.
ScopeSettings Inherit(const ScopeSettings& outer, const ScopeSettings& given) {
  ScopeSettings settings = outer;
  if (given.initializer) settings.initializer = given.initializer;
  if (given.partitioner) settings.partitioner = given.partitioner;
  if (given.dtype) settings.dtype = given.dtype;
  if (given.use_resource) settings.use_resource = given.use_resource;
  if (given.regularizer) settings.regularizer = given.regularizer;
  settings.constraint = given.constraint;
  settings.custom_getters.insert(settings.custom_getters.end(), given.custom_getters.begin(),
                                 given.custom_getters.end());
  return settings;
}

std::string LastComponent(const std::string& name) { return name.substr(name.rfind('/') + 1); }

std::string WithSlash(const std::string& name) { return name.empty() ? name : name + "/"; }

}  // namespace

// ---- ScopeStack ----

ScopeStack::ScopeStack(OpNames* op_names) : op_names_(op_names) {
  ScopeSettings settings;
  settings.dtype = DType::kFloat32;
  current_ = std::make_shared<VariableScope>("", "", Reuse::kNo, std::move(settings));
}

Result<std::string> ScopeStack::EnterNameScope(std::string_view name) {
  THAW_ASSIGN_OR_RETURN(std::string inner, op_names_->OpenScope(name_scope_, name));
  return std::exchange(name_scope_, std::move(inner));
}

std::string ScopeStack::Absolute(const std::string& name) const {
  return current_->name().empty() ? name : current_->name() + "/" + name;
}

std::size_t ScopeStack::OpenCount(std::string_view absolute_name) const {
  const auto found = open_counts_.find(absolute_name);
  return found == open_counts_.end() ? 0 : found->second;
}

std::string ScopeStack::UniqueScopeName(const std::string& prefix) const {
  const std::string absolute = Absolute(prefix);
  if (OpenCount(absolute) == 0) return prefix;
  std::size_t index = 1;
  while (OpenCount(absolute + "_" + std::to_string(index)) > 0) ++index;
  return prefix + "_" + std::to_string(index);
}

void ScopeStack::CloseBelow(const std::string& absolute_name) {
  const std::string prefix = absolute_name + "/";
  for (auto scope = open_counts_.lower_bound(prefix);
       scope != open_counts_.end() && scope->first.starts_with(prefix);) {
    scope = open_counts_.erase(scope);
  }
}

// ---- ScopeEntry ----

ScopeEntry::ScopeEntry(ScopeStack* stack, ScopeRequest request)
    : stack_(stack), request_(std::move(request)) {
  if (request_.reuse == Reuse::kNo) request_.reuse = Reuse::kDefault;
}

// variable_scope.py: variable_scope._enter_scope_uncached. The name scope is named after the last
// component of an object, after the whole text of a string.
std::optional<std::string> ScopeEntry::NameScopeToOpen() const {
  if (!request_.auxiliary_name_scope) return WithSlash(stack_->name_scope());
  if (!request_.scope && !request_.name) return *request_.default_name;
  std::string name = request_.scope ? LastComponent(request_.scope->name()) : *request_.name;
  if (name.empty()) return std::nullopt;
  return name;
}

Result<std::shared_ptr<VariableScope>> ScopeEntry::Enter() {
  const bool is_first = !variable_scope_name_ && !object_;
  if (is_first && !request_.scope && !request_.name && request_.reuse != Reuse::kDefault) {
    return InvalidArgumentError("reuse=True cannot be used without a name_or_scope")
        .WithTfClass("ValueError");
  }
  if (is_first) name_scope_to_open_ = NameScopeToOpen();
  Entered entered;
  entered.name_scope = stack_->name_scope();
  if (name_scope_to_open_) {
    THAW_ASSIGN_OR_RETURN(entered.name_scope, stack_->EnterNameScope(*name_scope_to_open_));
  }
  if (is_first && !request_.scope) {
    original_name_scope_ = name_scope_to_open_ ? WithSlash(stack_->name_scope()) : std::string();
    variable_scope_name_ =
        request_.name ? *request_.name : stack_->UniqueScopeName(*request_.default_name);
  }
  entered.outer = stack_->current_;
  const std::shared_ptr<VariableScope> inner =
      request_.scope ? EnterByScope(&entered) : EnterByName(*variable_scope_name_, &entered);
  entered.inner = inner;
  entered_.push_back(std::move(entered));
  stack_->current_ = inner;
  return inner;
}

std::shared_ptr<VariableScope> ScopeEntry::EnterByName(const std::string& name, Entered* entered) {
  const VariableScope& outer = *stack_->current_;
  entered->absolute_name = stack_->Absolute(name);
  // A later entering keeps what the first one inherited.
  request_.reuse = Or(request_.reuse, outer.reuse());
  ++stack_->open_counts_[entered->absolute_name];
  return std::make_shared<VariableScope>(entered->absolute_name, original_name_scope_,
                                         request_.reuse,
                                         Inherit(outer.settings(), request_.settings));
}

std::shared_ptr<VariableScope> ScopeEntry::EnterByScope(Entered* entered) {
  const VariableScope& given = *request_.scope;
  ++stack_->open_counts_[given.name()];
  entered->open_counts = stack_->open_counts_;
  if (!object_) {
    object_ = std::make_shared<VariableScope>(given.name(), given.original_name_scope(),
                                              Or(request_.reuse, given.reuse()),
                                              Inherit(given.settings(), request_.settings));
  }
  return object_;
}

Status ScopeEntry::Exit() {
  if (entered_.empty()) {
    return FailedPreconditionError("the variable scope was not entered")
        .WithTfClass("RuntimeError");
  }
  Entered last = std::move(entered_.back());
  entered_.pop_back();
  stack_->LeaveNameScope(std::move(last.name_scope));
  if (stack_->current_ != last.inner) {
    return FailedPreconditionError("Improper nesting of variable_scope: '" + last.inner->name() +
                                   "' is left while '" + stack_->current_->name() +
                                   "' is the current one")
        .WithTfClass("RuntimeError");
  }
  if (request_.scope) {
    stack_->open_counts_ = std::move(last.open_counts);
  } else {
    stack_->CloseBelow(last.absolute_name);
  }
  stack_->current_ = std::move(last.outer);
  return Status();
}

}  // namespace thaw
