// Errors are values. A function that can fail returns Result<T>; its Error says what went wrong, whether trying again
// can help, and what a person can do next.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace oc {

struct Error {
  enum class Kind {
    kPermanent,  // the same call with the same input fails again
    kRetryable,  // the world may change: full disk, refused connection, timeout
  };
  Kind kind = Kind::kPermanent;
  std::string message;    // what and where, one line, no trailing full stop
  std::string next_step;  // what to do about it, one line; empty where there is nothing to do

  bool retryable() const { return kind == Kind::kRetryable; }
  // "message (next step)" for logs and terminals.
  std::string text() const { return next_step.empty() ? message : message + " (" + next_step + ")"; }
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

inline std::unexpected<Error> permanent(std::string message, std::string next_step = {}) {
  return std::unexpected(Error{Error::Kind::kPermanent, std::move(message), std::move(next_step)});
}
inline std::unexpected<Error> retryable(std::string message, std::string next_step = {}) {
  return std::unexpected(Error{Error::Kind::kRetryable, std::move(message), std::move(next_step)});
}
// Puts the place in front: in_context(error, "reading /etc/x") reads "reading /etc/x: permission denied".
inline std::unexpected<Error> in_context(Error error, const std::string& where) {
  error.message = where + ": " + error.message;
  return std::unexpected(std::move(error));
}

}  // namespace oc

// OC_TRY(expression): returns the error from the enclosing function if there is one.
// OC_TRY_ASSIGN(auto value, expression): likewise, else binds the value.
#define OC_TRY(expression)                                                                               \
  do {                                                                                                   \
    if (auto oc_status = (expression); !oc_status) return std::unexpected(std::move(oc_status).error()); \
  } while (false)
#define OC_CONCAT_INNER(a, b) a##b
#define OC_CONCAT(a, b) OC_CONCAT_INNER(a, b)
#define OC_TRY_ASSIGN_INNER(result, declaration, expression)      \
  auto result = (expression);                                     \
  if (!result) return std::unexpected(std::move(result).error()); \
  declaration = std::move(*result)
#define OC_TRY_ASSIGN(declaration, expression) \
  OC_TRY_ASSIGN_INNER(OC_CONCAT(oc_result_, __LINE__), declaration, expression)
