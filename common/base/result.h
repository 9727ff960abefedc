// Result<T>: a T or an Error. Result<void>: success or an Error. Values; any thread.
//
//   Result<Blob> blob = store.Find(id);
//   if (!blob) return blob.error();
//   TRY(Node node, tree.Resolve(path));    // declares node, or returns the error
//   TRY_VOID(file.Sync());
//
// Inside a coroutine use CO_TRY and CO_TRY_VOID, which co_return the error.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "common/base/check.h"
#include "common/base/error.h"

namespace yundisk {

template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that `return value;` and `return Error(...);` both read plainly.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // The value; a CHECK when there is none.
  T& value() & {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    CHECK(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    CHECK(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

#define YUNDISK_CONCAT_INNER(a, b) a##b
#define YUNDISK_CONCAT(a, b) YUNDISK_CONCAT_INNER(a, b)

#define YUNDISK_TRY(leave, declaration, expression, result) \
  auto result = (expression);                               \
  if (!result.ok()) [[unlikely]]                            \
    leave result.error();                                   \
  declaration = std::move(result).value()
#define YUNDISK_TRY_VOID(leave, expression, result) \
  do {                                              \
    auto result = (expression);                     \
    if (!result.ok()) [[unlikely]]                  \
      leave result.error();                         \
  } while (false)

#define TRY(declaration, ...) \
  YUNDISK_TRY(return, declaration, (__VA_ARGS__), YUNDISK_CONCAT(result_, __LINE__))
#define TRY_VOID(...) YUNDISK_TRY_VOID(return, (__VA_ARGS__), YUNDISK_CONCAT(result_, __LINE__))
#define CO_TRY(declaration, ...) \
  YUNDISK_TRY(co_return, declaration, (__VA_ARGS__), YUNDISK_CONCAT(result_, __LINE__))
#define CO_TRY_VOID(...) \
  YUNDISK_TRY_VOID(co_return, (__VA_ARGS__), YUNDISK_CONCAT(result_, __LINE__))

}  // namespace yundisk
