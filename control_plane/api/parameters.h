// Query parameters of requests, checked. Errors are permanent and name the parameter: answer 400.
#pragma once

#include <charconv>

#include <fmt/format.h>

#include "base/http/message.h"

namespace oc::control_plane {

template <typename Number>
Result<Number> whole_number(const char* name, std::string_view text, Number least, Number most) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
    return permanent(fmt::format("{} is \"{}\"", name, text),
                     fmt::format("give a whole number from {} to {}", least, most));
  return number;
}

template <typename Number>
Result<Number> number_parameter(const http::Request& request, const char* name, Number fallback, Number least,
                                Number most) {
  const auto text = request.parameter(name);
  return text ? whole_number(name, *text, least, most) : Result<Number>(fallback);
}

inline http::Response bad_request(const Error& error) {
  return http::Response::error(400, error.message, error.next_step);
}

}  // namespace oc::control_plane
