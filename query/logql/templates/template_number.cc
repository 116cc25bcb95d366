// Constants of numbers: Go's syntax, 0x10, 1_000, 1e3, 'a' included.
#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/templates/go_number.h"
#include "query/logql/templates/template_parser.h"
#include "query/logql/templates/unicode_text.h"

namespace oc::query {

namespace {

Result<TemplateNode::Number> character_number(std::string_view text) {
  const auto malformed = [&] { return permanent(fmt::format("malformed character constant: {}", text)); };
  std::string literal(text);
  if (literal.size() < 3) return permanent("invalid syntax");
  literal.front() = literal.back() = '"';
  if (text.substr(1, 2) == "\\'") literal = "\"'\"";
  if (text == "'\"'") literal = "\"\\\"\"";
  const auto meant = go_unquote(literal);
  if (!meant || meant->empty()) return permanent("invalid syntax");
  const auto rune = first_rune(*meant);
  if (rune.length != meant->size()) return malformed();
  const std::int64_t code = meant->size() == 1 ? static_cast<unsigned char>((*meant)[0]) : rune.code;
  return TemplateNode::Number{true, true, true, code, static_cast<double>(code)};
}

// 0x1p4 is one, too.
Result<double> parse_float_constant(std::string_view digits) {
  const auto hexadecimal = digits.find("0x");
  if (hexadecimal > 1) return go_parse_float(digits);
  const auto number = digits.substr(hexadecimal + 2);
  double value = 0;
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), value, std::chars_format::hex);
  if (error != std::errc() || end != number.data() + number.size()) return permanent("invalid syntax");
  return digits.starts_with('-') ? -value : value;
}

}  // namespace

Result<TemplateNode::Number> parse_template_number(const TemplateToken& token) {
  const std::string_view text = token.text;
  if (token.kind == TemplateToken::Kind::kCharConstant) return character_number(text);
  if (text.ends_with('i')) return permanent(fmt::format("complex numbers are not supported: {}", go_quote(text)));
  TemplateNode::Number number;
  if (const auto whole = go_parse_int(text, 0)) {
    number.is_int = number.is_float = true;
    number.is_uint = *whole >= 0;
    number.as_int = *whole;
    number.as_float = static_cast<double>(*whole);
    return number;
  }
  std::string digits(text);
  std::erase(digits, '_');
  const auto value = parse_float_constant(digits);
  if (!value) return permanent(fmt::format("illegal number syntax: {}", go_quote(text)));
  if (text.find_first_of(".eEpP") == std::string_view::npos) {
    constexpr double kUint64End = 0x1p64;
    if (*value < 0 || *value >= kUint64End) return permanent(fmt::format("integer overflow: {}", go_quote(text)));
    number.is_uint = true;  // too large for an int
  }
  number.is_float = true;
  number.as_float = *value;
  if (!number.is_uint && std::trunc(*value) == *value && std::fabs(*value) < 0x1p63) {
    number.is_int = true;
    number.is_uint = *value >= 0;
    number.as_int = static_cast<std::int64_t>(*value);
  }
  return number;
}

}  // namespace oc::query
