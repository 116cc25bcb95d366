#include "query/logql/stages/json_text.h"

#include "formats/json_string.h"
#include "query/logql/stages/field_text.h"

namespace oc::query {

namespace {

// A \u escape that is half of a character: \ud800 to \udfff without its other half. Escapes are counted off, so that
// "\\ud800" is none.
bool has_lone_surrogate(std::string_view inside) {
  const auto is_surrogate = [](std::string_view text, std::string_view second_digits) {
    return text.size() >= 6 && text.starts_with("\\u") && (text[2] == 'd' || text[2] == 'D') &&
           second_digits.find(text[3]) != std::string_view::npos;
  };
  for (auto at = inside.find('\\'); at != std::string_view::npos; at = inside.find('\\', at)) {
    const auto rest = inside.substr(at);
    if (!is_surrogate(rest, "89abcdefABCDEF")) {
      at += 2;
      continue;
    }
    if (!is_surrogate(rest, "89abAB") || !is_surrogate(rest.substr(6), "cdefCDEF")) return true;
    at += 12;
  }
  return false;
}

}  // namespace

std::string_view JsonText::unescaped(std::string_view inside) {
  if (inside.find('\\') == std::string_view::npos) return inside;
  unescaped_.clear();
  if (has_lone_surrogate(inside) || !formats::append_unescaped_json(inside, unescaped_)) return {};
  return unescaped_;
}

std::string_view JsonText::label_text(std::string_view inside) { return label_value(unescaped(inside), cleaned_); }

std::string_view JsonText::label_text(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::kNull:
      return {};
    case JsonValue::Kind::kString:
    case JsonValue::Kind::kArray:
      return label_text(value.text);
    default:
      return value.text;
  }
}

}  // namespace oc::query
