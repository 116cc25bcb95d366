// Reading the values of protobuf's JSON mapping. Only log_json.cc includes it: what does not fit is thrown as BadJson,
// which log_json.cc catches at its border.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include "base/json.h"

namespace oc::contracts::otlp::json_values {

// Carries the field's path as it unwinds.
struct BadJson {
  std::string path;
  std::string what;
};

[[noreturn]] inline void refuse(std::string what) { throw BadJson{{}, std::move(what)}; }

template <typename Body>
auto at(const std::string& name, Body body) {
  try {
    return body();
  } catch (BadJson& bad) {
    const bool joined = bad.path.empty() || bad.path.front() == '[';
    bad.path = name + (joined ? "" : ".") + bad.path;
    throw;
  }
}

// The member under its snake_case or lowerCamelCase name; nullptr: missing or null.
const Json* member(const Json& object, const std::string& snake_name);

template <typename Integer>
Integer integer(const Json& value) {
  if (value.is_number_unsigned() && std::in_range<Integer>(value.get<std::uint64_t>())) return value.get<Integer>();
  if (value.is_number_integer() && !value.is_number_unsigned() && std::in_range<Integer>(value.get<std::int64_t>()))
    return value.get<Integer>();
  if (!value.is_string()) refuse("must be an integer, or an integer in a string");
  const auto& text = value.get_ref<const std::string&>();
  Integer number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) refuse("is not an integer in range: " + text);
  return number;
}

const std::string& text(const Json& value);
double number(const Json& value);
std::string from_hex(const std::string& hex);
std::string from_base64(std::string_view encoded);

}  // namespace oc::contracts::otlp::json_values
