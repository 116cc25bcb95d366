#include "contracts/otlp/json_values.h"

#include <limits>
#include <optional>

namespace oc::contracts::otlp::json_values {

namespace {

std::string camel_case(std::string_view snake) {
  std::string camel;
  for (std::size_t i = 0; i < snake.size(); ++i) {
    if (snake[i] == '_' && i + 1 < snake.size())
      camel += static_cast<char>(snake[++i] - 'a' + 'A');
    else
      camel += snake[i];
  }
  return camel;
}

std::optional<int> digit_in(std::string_view alphabet, char digit) {
  const std::size_t place = alphabet.find(digit);
  return place == alphabet.npos ? std::nullopt : std::optional<int>(place);
}

}  // namespace

const Json* member(const Json& object, const std::string& snake_name) {
  if (!object.is_object()) refuse("must be an object");
  auto found = object.find(snake_name);
  if (found == object.end()) found = object.find(camel_case(snake_name));
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

const std::string& text(const Json& value) {
  if (!value.is_string()) refuse("must be a string");
  return value.get_ref<const std::string&>();
}

double number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (value == "Infinity") return std::numeric_limits<double>::infinity();
  if (value == "-Infinity") return -std::numeric_limits<double>::infinity();
  if (!value.is_string()) refuse("must be a number");
  const auto& digits = text(value);
  double parsed = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
  if (error != std::errc() || end != digits.data() + digits.size()) refuse("must be a number");
  return parsed;
}

std::string from_hex(const std::string& hex) {
  if (hex.size() % 2 != 0) refuse("must have an even number of hex digits");
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    int byte = 0;
    if (std::from_chars(&hex[i], &hex[i] + 2, byte, 16).ptr != &hex[i] + 2) refuse("must be hex digits");
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

std::string from_base64(std::string_view encoded) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (encoded.ends_with('=')) encoded.remove_suffix(1);
  std::string bytes;
  std::uint32_t group = 0;
  int bits = 0;
  for (char letter : encoded) {
    // protobuf's JSON mapping accepts the URL-safe alphabet as well.
    const auto digit = digit_in(kAlphabet, letter == '-' ? '+' : letter == '_' ? '/' : letter);
    if (!digit) refuse("must be base64");
    group = group << 6 | static_cast<std::uint32_t>(*digit);
    if ((bits += 6) < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 0xFF);
  }
  return bytes;
}

}  // namespace oc::contracts::otlp::json_values
