#include "query/logql/stages/json_path.h"

#include "query/logql/stages/json_text.h"

namespace oc::query {

namespace {

bool step_by_name(JsonValue& value, const std::string& name) {
  JsonScanner scanner(value.text);
  JsonText text;
  if (!scanner.enter('{')) return false;
  JsonValue member;
  while (const auto key = scanner.next_member(member)) {
    if (text.unescaped(*key) != name) continue;
    value = member;
    return true;
  }
  return false;
}

bool step_by_index(JsonValue& value, std::size_t index) {
  JsonScanner scanner(value.text);
  if (!scanner.enter('[')) return false;
  JsonValue element;
  for (std::size_t i = 0; scanner.next_element(element); ++i) {
    if (i != index) continue;
    value = element;
    return true;
  }
  return false;
}

}  // namespace

std::optional<JsonValue> find_json_value(std::string_view line, const std::vector<FieldStep>& path) {
  JsonValue value{JsonValue::Kind::kObject, line};
  for (const auto& step : path) {
    if (!(step.is_index ? step_by_index(value, step.index) : step_by_name(value, step.name))) return std::nullopt;
  }
  return value;
}

}  // namespace oc::query
