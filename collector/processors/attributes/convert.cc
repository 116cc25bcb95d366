#include "collector/processors/attributes/convert.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <string>

#include <fmt/format.h>
#include <openssl/sha.h>

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

using Type = Value::Type;

template <typename Number>
Value parsed(const Value& value) {
  Number number{};
  const auto text = value.text();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? Value::of(number) : value;
}

Value to_int(const Value& value) {
  constexpr double kLimit = 9.2e18;
  if (value.type == Type::kBool) return Value::of(std::int64_t{value.boolean});
  if (value.type == Type::kDouble && std::abs(value.number) < kLimit)
    return Value::of(static_cast<std::int64_t>(value.number));
  return value.is_string() ? parsed<std::int64_t>(value) : value;
}

Value to_double(const Value& value) {
  if (value.type == Type::kBool) return Value::of(value.boolean ? 1.0 : 0.0);
  if (value.type == Type::kInt) return Value::of(value.as_double());
  return value.is_string() ? parsed<double>(value) : value;
}

std::string hash_input(const Value& value) {
  const auto bytes = [](std::uint64_t number) {
    return std::string(reinterpret_cast<const char*>(&number), sizeof number);
  };
  switch (value.type) {
    case Type::kBool:
      return std::string(1, value.boolean ? '\1' : '\0');
    case Type::kInt:
      return bytes(static_cast<std::uint64_t>(value.integer));
    case Type::kDouble:
      return bytes(std::bit_cast<std::uint64_t>(value.number));
    case Type::kString:
      return std::string(value.text());
    default:
      return {};
  }
}

}  // namespace

Value converted(const Value& value, std::string_view type, Arena& arena) {
  if (type == "int") return to_int(value);
  if (type == "double") return to_double(value);
  return value.is_string() ? value : Value::of(arena.copy(otlp::to_text(value)));
}

Value hashed(const Value& value, Arena& arena) {
  const auto input = hash_input(value);
  if (input.empty() && !value.is_string()) return Value::of("");
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(input.data()), input.size(), digest);
  std::string hex;
  for (const auto byte : digest) hex += fmt::format("{:02x}", byte);
  return Value::of(arena.copy(hex));
}

}  // namespace oc::collector
