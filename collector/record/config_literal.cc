#include "collector/record/config_literal.h"

#include <charconv>
#include <string>

#include "formats/time_layout.h"

namespace oc::collector {

namespace {

std::optional<Value> number(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c != '_') digits += c;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.erase(0, 1);
  if (digits.empty() || ((digits[0] < '0' || digits[0] > '9') && digits[0] != '.')) return std::nullopt;
  int base = 10;
  std::size_t skip = 0;
  if (digits.size() > 1 && digits[0] == '0' && digits.find_first_of(".eE") == std::string::npos) {
    base = digits[1] == 'x' ? 16 : digits[1] == 'b' ? 2 : 8;
    skip = digits[1] == 'x' || digits[1] == 'b' || digits[1] == 'o' ? 2 : 1;
  }
  const char* begin = digits.data() + skip;
  const char* end = digits.data() + digits.size();
  std::int64_t whole = 0;
  if (const auto [at, error] = std::from_chars(begin, end, whole, base); error == std::errc() && at == end)
    return Value::of(negative ? -whole : whole);
  double real = 0;
  const auto [at, error] = std::from_chars(digits.data(), end, real);
  if (error != std::errc() || at != end || skip > 0) return std::nullopt;
  return Value::of(negative ? -real : real);
}

// YAML's dates are times to Go, and are written as such.
bool is_date(std::string_view text) { return text.size() == 10 && formats::parse_time(text, "%Y-%m-%d").has_value(); }

Value scalar(const ConfigValue& value, Arena& arena) {
  const std::string_view text = value.scalar;
  if (value.quoted) return Value::of(arena.copy(text));
  if (text == "true" || text == "True" || text == "TRUE") return Value::of(true);
  if (text == "false" || text == "False" || text == "FALSE") return Value::of(false);
  if (const auto parsed = number(text)) return *parsed;
  if (is_date(text)) return Value::of(arena.copy(std::string(text) + " 00:00:00 +0000 UTC"));
  return Value::of(arena.copy(text));
}

}  // namespace

Value literal(const ConfigValue& value, Arena& arena) {
  switch (value.kind) {
    case ConfigValue::Kind::kNull:
      return {};
    case ConfigValue::Kind::kScalar:
      return scalar(value, arena);
    case ConfigValue::Kind::kList: {
      Value list = Value::empty_list();
      for (const auto& item : value.items) list.push_back(literal(item, arena), arena);
      return list;
    }
    case ConfigValue::Kind::kMap: {
      Value map = Value::empty_map();
      for (const auto& field : value.fields) map.set(arena.copy(field.key), literal(field.value, arena), arena);
      return map;
    }
  }
  return {};
}

}  // namespace oc::collector
