// Result<T>: a value, or the Status that says why there is none.
//
// Role in the flow: the return type of every call that makes something. Its names are close to
// std::expected's, so that a later swap is mechanical.

#ifndef THAW_IO_BASE_RESULT_H_
#define THAW_IO_BASE_RESULT_H_

#include <cassert>
#include <utility>
#include <variant>

#include "io/base/status.h"

namespace thaw {

// Thread-compatible. Reading value() of a failed Result is a caller's mistake (asserted).
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<1>, std::move(value)) {}
  Result(Status status) : state_(std::in_place_index<0>, std::move(status)) {
    assert(!std::get<0>(state_).ok() && "a Result without a value needs a failed Status");
  }

  [[nodiscard]] bool ok() const { return state_.index() == 1; }
  explicit operator bool() const { return ok(); }

  Status status() const { return ok() ? Status() : std::get<0>(state_); }

  T& value() & { return std::get<1>(state_); }
  const T& value() const& { return std::get<1>(state_); }
  T&& value() && { return std::get<1>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<Status, T> state_;
};

}  // namespace thaw

// Evaluates `expr`, a Result; returns its Status when it failed, else moves the value into `lhs`.
#define THAW_ASSIGN_OR_RETURN(lhs, expr) \
  THAW_ASSIGN_OR_RETURN_INNER(THAW_CONCAT(thaw_result_, __COUNTER__), lhs, expr)
#define THAW_ASSIGN_OR_RETURN_INNER(result, lhs, expr) \
  auto result = (expr);                                \
  if (!result.ok()) return result.status();            \
  lhs = std::move(result).value()

#endif  // THAW_IO_BASE_RESULT_H_
