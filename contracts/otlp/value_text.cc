#include "contracts/otlp/value_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/json.h"
#include "contracts/otlp/any_value.h"

namespace oc::contracts::otlp {

namespace {

using ViewType = ValueView::Type;

void append_json(const ValueView& value, std::string& out);

void append_json_map(const ValueView& map, std::string& out) {
  std::vector<AttributeView> entries = map_entries(map);
  // Views into one message: of equal keys the one that comes later lies later.
  std::ranges::sort(entries, {}, [](const AttributeView& entry) { return std::pair(entry.key, entry.key.data()); });
  out += '{';
  for (std::size_t i = 0; i < entries.size(); ++i) {
    // The last of equal keys counts, as in a map that is filled in order.
    if (i + 1 < entries.size() && entries[i + 1].key == entries[i].key) continue;
    if (out.back() != '{') out += ',';
    out += json_string(entries[i].key) + ':';
    append_json(entries[i].value, out);
  }
  out += '}';
}

void append_json_array(const ValueView& array, std::string& out) {
  out += '[';
  for (const ValueView& item : array_items(array)) {
    if (out.back() != '[') out += ',';
    append_json(item, out);
  }
  out += ']';
}

void append_json(const ValueView& value, std::string& out) {
  switch (value.type) {
    case ViewType::kEmpty:
      out += "null";
      return;
    case ViewType::kString:
      out += json_string(value.bytes);
      return;
    case ViewType::kBytes:
      out += '"' + base64(value.bytes) + '"';
      return;
    case ViewType::kMap:
      append_json_map(value, out);
      return;
    case ViewType::kArray:
      append_json_array(value, out);
      return;
    case ViewType::kDouble:
      out += std::isfinite(value.number) ? number_text(value.number) : json_string(number_text(value.number));
      return;
    case ViewType::kBool:
    case ViewType::kInt:
      out += to_text(value);
      return;
  }
}

// The digits that tell the number from others, then zeros.
std::string large_number_text(double number) {
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::scientific);
  std::string text(digits, end);
  const std::size_t exponent = text.find('e');
  const auto zeros_from = static_cast<std::size_t>(std::atoi(text.c_str() + exponent + 1)) + (number < 0 ? 2 : 1);
  text.resize(exponent);
  std::erase(text, '.');
  text.resize(zeros_from, '0');
  return text;
}

// Text in which JavaScript sees ends of lines is escaped as Go escapes it.
void escape_line_separators(std::string& json) {
  constexpr std::string_view kSeparators = "\xe2\x80\xa8", kParagraphs = "\xe2\x80\xa9";
  for (const auto& [separator, escaped] : {std::pair(kSeparators, "\\u2028"), std::pair(kParagraphs, "\\u2029")}) {
    for (auto at = json.find(separator); at != json.npos; at = json.find(separator, at))
      json.replace(at, separator.size(), escaped);
  }
}

}  // namespace

std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  const double size = std::abs(number);
  const bool scientific = size != 0 && (size < 1e-6 || size >= 1e21);
  constexpr double kEveryWholeNumber = 9007199254740992;  // 2^53: beyond it digits are left that say nothing
  if (!scientific && size > kEveryWholeNumber) return large_number_text(number);
  char digits[512];
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number, format);
  std::string text(digits, end);
  // "1e-07" is written "1e-7".
  const std::size_t exponent = text.find('e');
  if (exponent != text.npos && text[exponent + 2] == '0') text.erase(exponent + 2, 1);
  return text;
}

std::string json_string(std::string_view text) {
  auto json = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  escape_line_separators(json);
  return json;
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) { return at < bytes.size() ? static_cast<std::uint8_t>(bytes[at]) : 0u; };
    const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (int shift = 18; shift >= 0; shift -= 6) out += kAlphabet[group >> shift & 0x3F];
  }
  const std::size_t padding = (3 - bytes.size() % 3) % 3;
  out.replace(out.size() - padding, padding, padding, '=');
  return out;
}

std::string to_text(const ValueView& value) {
  switch (value.type) {
    case ViewType::kEmpty:
      return {};
    case ViewType::kString:
      return std::string(value.bytes);
    case ViewType::kBool:
      return value.boolean ? "true" : "false";
    case ViewType::kInt:
      return std::to_string(value.integer);
    case ViewType::kDouble:
      return number_text(value.number);
    case ViewType::kBytes:
      return base64(value.bytes);
    case ViewType::kMap:
    case ViewType::kArray:
      break;
  }
  std::string json;
  append_json(value, json);
  return json;
}

}  // namespace oc::contracts::otlp
