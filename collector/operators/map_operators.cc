#include "collector/operators/map_operators.h"

#include <algorithm>

#include <fmt/format.h>

#include "collector/operators/parser_keys.h"

namespace oc::collector {

namespace {

constexpr RecordRoot kRoots[] = {RecordRoot::kBody, RecordRoot::kAttributes, RecordRoot::kResource};

// Of a root that one of the fields is in, nothing else stays; roots that none is in stay as they are.
struct Retain final : Operator {
  std::vector<FieldPath> fields;

  Result<Fate> process(LogRecord& record, Arena& arena) const override {
    const LogRecord before = record;
    for (const auto root : kRoots)
      if (std::ranges::find(fields, root, &FieldPath::root) != fields.end())
        record.replace(root, root == RecordRoot::kBody ? Value() : Value::empty_map());
    for (const auto& field : fields)
      if (const Value* value = field.get(before))
        if (!field.set(record, contracts::otlp::clone(*value, arena), arena))
          return permanent("attributes and resource can only be set to a map");
    return Fate::kGoesOn;
  }
};

// A map that is set where one is, is merged into it.
Value merged(const Value& there, const Value& over, Arena& arena) {
  Value out = contracts::otlp::clone(there, arena, over.size);
  for (const auto& field : over.fields()) out.set(field.key, field.value, arena);
  return out;
}

// The fields of a map take the place of the map itself.
struct Flatten final : Operator {
  std::optional<FieldPath> field;
  std::optional<FieldPath> parent;

  Result<Fate> process(LogRecord& record, Arena& arena) const override {
    const Value* value = field->get(record);
    if (!value) return permanent("the field is not there");
    if (!value->is_map()) return permanent("the field is not a map");
    Value map = *field->take(record, arena);
    const Value* siblings = parent->get(record);
    if (!siblings) return Fate::kGoesOn;
    for (auto& child : map.fields())
      if (const Value* there = siblings->find(child.key); there && there->is_map() && child.value.is_map())
        child.value = merged(*there, child.value, arena);
    parent->set(record, map, arena);
    return Fate::kGoesOn;
  }
};

// A list becomes a map: each value gets the key that stands at its place.
struct AssignKeys final : Operator {
  std::optional<FieldPath> field;
  std::vector<std::string> keys;

  Result<Fate> process(LogRecord& record, Arena& arena) const override {
    const Value* value = field->get(record);
    if (!value || !value->is_list()) return permanent("the field is not a list");
    if (value->size != keys.size())
      return permanent(fmt::format("{} keys cannot be given to {} values", keys.size(), value->size));
    Value map = Value::empty_map(keys.size(), arena);
    for (std::size_t i = 0; i < keys.size(); ++i)
      map.set(keys[i], contracts::otlp::clone(value->items()[i], arena), arena);  // of equal keys the last counts
    // In its place: a map that is set is merged into one that is there, but there is none.
    field->take(record, arena);
    field->set(record, map, arena);
    return Fate::kGoesOn;
  }
};

}  // namespace

std::shared_ptr<const Operator> parse_retain(ConfigReader& reader) {
  auto made = std::make_shared<Retain>();
  made->fields = read_fields(reader, "fields");
  if (made->fields.empty()) reader.fail("fields", "'fields' is missing: what is to stay");  // unless there is an error
  return made;
}

std::shared_ptr<const Operator> parse_flatten(ConfigReader& reader) {
  auto made = std::make_shared<Flatten>();
  made->field = read_required_field(reader, "field");
  if (made->field) made->parent = made->field->is_root() ? *made->field : made->field->parent();
  return made;
}

std::shared_ptr<const Operator> parse_assign_keys(ConfigReader& reader) {
  auto made = std::make_shared<AssignKeys>();
  made->field = read_required_field(reader, "field");
  reader.text_list("keys", made->keys);
  if (made->keys.empty()) reader.fail("keys", "'keys' is missing");
  return made;
}

}  // namespace oc::collector
