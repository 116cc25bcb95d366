#include "collector/record/field_path.h"

#include <algorithm>
#include <optional>

namespace oc::collector {

namespace {

constexpr std::string_view kNextStep =
    "a field begins with body, attributes or resource, such as attributes.name or attributes[\"dotted.name\"]";

std::unexpected<Error> refuse(std::string_view text) {
  return permanent("'" + std::string(text) + "' is not a field", std::string(kNextStep));
}

std::optional<RecordRoot> root_of(std::string_view name) {
  if (name == "body") return RecordRoot::kBody;
  if (name == "attributes") return RecordRoot::kAttributes;
  if (name == "resource") return RecordRoot::kResource;
  return std::nullopt;
}

// Takes ["key"] or ['key'] from the front.
std::optional<std::string> take_quoted(std::string_view& rest) {
  if (rest.size() < 4 || (rest[1] != '"' && rest[1] != '\'')) return std::nullopt;
  const auto end = rest.find(rest[1], 2);
  if (end == std::string_view::npos || end + 1 >= rest.size() || rest[end + 1] != ']') return std::nullopt;
  std::string key(rest.substr(2, end - 2));
  rest.remove_prefix(end + 2);
  return key;
}

std::string_view take_name(std::string_view& rest) {
  const auto name = rest.substr(0, rest.find_first_of(".["));
  rest.remove_prefix(name.size());
  return name;
}

// The map at a key, made where there is none.
Value& nested_map(Value& map, std::string_view key, Arena& arena) {
  Value* found = map.find(key);
  if (!found) return map.set(key, Value::empty_map(), arena);
  if (!found->is_map()) *found = Value::empty_map();
  return *found;
}

}  // namespace

Result<FieldPath> FieldPath::parse(std::string_view text) {
  std::string_view rest = text;
  const auto root = root_of(take_name(rest));
  if (!root) return refuse(text);
  std::vector<std::string> keys;
  while (!rest.empty()) {
    if (rest[0] == '[') {
      auto key = take_quoted(rest);
      if (!key) return refuse(text);
      keys.push_back(std::move(*key));
      continue;
    }
    rest.remove_prefix(1);
    const auto name = take_name(rest);
    if (name.empty()) return refuse(text);
    keys.emplace_back(name);
  }
  return FieldPath(*root, std::move(keys));
}

const Value* FieldPath::get(const LogRecord& record) const {
  const Value* value = &record.root(root_);
  for (const auto& key : keys_) {
    if (!value->is_map()) return nullptr;
    value = value->find(key);
    if (!value) return nullptr;
  }
  return value;
}

bool FieldPath::set(LogRecord& record, Value value, Arena& arena) const {
  if (keys_.empty() && !value.is_map()) {
    if (root_ != RecordRoot::kBody) return false;
    record.change(root_, arena) = value;
    return true;
  }
  Value* map = &record.change(root_, arena);
  if (!map->is_map()) *map = Value::empty_map();
  const auto parents = value.is_map() ? keys_.size() : keys_.size() - 1;
  for (std::size_t i = 0; i < parents; ++i) map = &nested_map(*map, keys_[i], arena);
  if (value.is_map()) {
    for (const auto& field : value.fields()) map->set(field.key, field.value, arena);
  } else {
    map->set(keys_.back(), value, arena);
  }
  return true;
}

void FieldPath::merge(LogRecord& record, Value own, Arena& arena) const {
  const auto& present = record.root(root_);
  if (!keys_.empty() || !present.is_map()) {
    set(record, own, arena);
    return;
  }
  if (present.size == 0) return record.replace(root_, own);
  Value& map = record.change(root_, arena, own.size);
  const auto before = map.size;
  for (const auto& field : own.fields()) {
    const auto known = std::ranges::find(map.fields().first(before), field.key, &contracts::otlp::Field::key);
    if (known != map.fields().begin() + before)
      known->value = field.value;
    else
      map.append(field.key, field.value, arena);
  }
}

const Value* FieldPath::take(LogRecord& record, Arena& arena) const {
  if (!get(record)) return nullptr;
  Value* value = &record.change(root_, arena);
  Value* taken = arena.array<Value>(1);
  if (keys_.empty()) {
    *taken = *value;
    *value = root_ == RecordRoot::kBody ? Value() : Value::empty_map();
    return taken;
  }
  for (std::size_t i = 0; i + 1 < keys_.size(); ++i) value = value->find(keys_[i]);
  *taken = *value->find(keys_.back());
  value->erase(keys_.back());
  return taken;
}

}  // namespace oc::collector
