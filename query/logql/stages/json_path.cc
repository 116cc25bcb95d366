#include "query/logql/stages/json_path.h"

#include "query/logql/stages/json_text.h"

namespace oc::query {

namespace {

bool step_by_name(JsonField& field, const std::string& name) {
  JsonScanner scanner(field.value->text);
  JsonText text;
  if (!scanner.enter('{')) return false;
  JsonValue member;
  while (const auto key = scanner.next_member(member)) {
    if (text.unescaped(*key) != name) continue;
    field.value = member;
    return true;
  }
  if (!scanner.error().empty() && text.unescaped(scanner.last_key()) == name) field.error = scanner.error();
  return false;
}

bool step_by_index(JsonField& field, std::size_t index) {
  JsonScanner scanner(field.value->text);
  if (!scanner.enter('[')) return false;
  JsonValue element;
  for (std::size_t i = 0; scanner.next_element(element); ++i) {
    if (i != index) continue;
    field.value = element;
    return true;
  }
  return false;
}

}  // namespace

JsonField find_json_field(std::string_view line, const std::vector<FieldStep>& path) {
  JsonField field{JsonValue{JsonValue::Kind::kObject, line}, {}};
  for (const auto& step : path) {
    if (step.is_index ? step_by_index(field, step.index) : step_by_name(field, step.name)) continue;
    field.value = std::nullopt;
    if (&step != &path.back()) field.error = {};  // damage on the way there is none of the field's
    return field;
  }
  return field;
}

}  // namespace oc::query
