#include "query/logql/stages/json_text.h"

#include "formats/json_string.h"
#include "query/logql/stages/field_text.h"

namespace oc::query {

std::string_view JsonText::unescaped(std::string_view inside) {
  if (inside.find('\\') == std::string_view::npos) return inside;
  unescaped_.clear();
  if (!formats::append_unescaped_json(inside, unescaped_)) return {};
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
