#include "contracts/otlp/value.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "contracts/otlp/value_text.h"
#include "contracts/otlp/wire.h"

namespace oc::contracts::otlp {

namespace {

using ValueType = Value::Type;

constexpr std::uint32_t kFirstCapacity = 8;

std::uint32_t capacity_for(std::size_t wanted) {
  return static_cast<std::uint32_t>(std::min<std::size_t>(wanted, Value::kMostCapacity));
}

template <typename T>
void make_room(T*& items, Value& value, Arena& arena) {
  if (value.size < value.capacity) return;
  const std::size_t room = std::max<std::size_t>(kFirstCapacity, std::size_t{value.size} * 2);
  value.capacity = capacity_for(room);
  T* larger = arena.array<T>(room);
  std::copy_n(items, value.size, larger);
  items = larger;
}

bool equal_maps(const Value& one, const Value& other) {
  return one.size == other.size && std::ranges::all_of(one.fields(), [&](const Field& field) {
           const Value* found = other.find(field.key);
           return found && equal(field.value, *found);
         });
}

bool equal_numbers(const Value& one, const Value& other) {
  if (one.type == ValueType::kInt && other.type == ValueType::kInt) return one.integer == other.integer;
  return one.as_double() == other.as_double();
}

std::string map_json(const Value& map) {
  std::vector<const Field*> sorted;
  for (const auto& field : map.fields()) sorted.push_back(&field);
  std::ranges::sort(sorted, {}, &Field::key);
  std::string text = "{";
  for (const auto* field : sorted) {
    if (text.size() > 1) text += ',';
    text += json_string(field->key) + ':' + to_json(field->value);
  }
  return text + '}';
}

std::string list_json(const Value& list) {
  std::string text = "[";
  for (const auto& item : list.items()) {
    if (text.size() > 1) text += ',';
    text += to_json(item);
  }
  return text + ']';
}

}  // namespace

Value Value::of(bool truth) {
  Value value;
  value.type = ValueType::kBool;
  value.boolean = truth;
  return value;
}

Value Value::of(std::int64_t whole) {
  Value value;
  value.type = ValueType::kInt;
  value.integer = whole;
  return value;
}

Value Value::of(double real) {
  Value value;
  value.type = ValueType::kDouble;
  value.number = real;
  return value;
}

Value Value::of(std::string_view string) {
  Value value;
  value.type = ValueType::kString;
  value.size = static_cast<std::uint32_t>(string.size());
  value.bytes = string.data();
  return value;
}

Value Value::of_bytes(std::string_view binary) {
  Value value = of(binary);
  value.type = ValueType::kBytes;
  return value;
}

Value Value::empty_list() {
  Value value;
  value.type = ValueType::kList;
  value.list = nullptr;
  return value;
}

Value Value::empty_map() {
  Value value;
  value.type = ValueType::kMap;
  value.map = nullptr;
  return value;
}

Value Value::empty_map(std::size_t room, Arena& arena) {
  Value value = empty_map();
  value.capacity = capacity_for(room);
  value.map = arena.array<Field>(room);
  return value;
}

std::span<Field> Value::fields() const { return {map, size}; }

Value* Value::find(std::string_view key) const {
  for (std::uint32_t i = 0; i < size; ++i)
    if (map[i].key == key) return &map[i].value;
  return nullptr;
}

Value& Value::set(std::string_view key, Value value, Arena& arena) {
  if (Value* found = find(key)) return *found = value;
  return append(key, value, arena);
}

Value& Value::append(std::string_view key, Value value, Arena& arena) {
  make_room(map, *this, arena);
  map[size] = {key, value};
  return map[size++].value;
}

bool Value::erase(std::string_view key) {
  const auto found = std::ranges::find(fields(), key, &Field::key);
  if (found == fields().end()) return false;
  std::copy(found + 1, fields().end(), found);
  --size;
  return true;
}

void Value::push_back(Value value, Arena& arena) {
  make_room(list, *this, arena);
  list[size++] = value;
}

Value clone(const Value& value, Arena& arena, std::size_t room) {
  Value copy = value;
  copy.capacity = capacity_for(value.size);
  if (value.is_list()) {
    copy.list = arena.array<Value>(value.size);
    for (std::uint32_t i = 0; i < value.size; ++i) copy.list[i] = clone(value.list[i], arena);
  } else if (value.is_map()) {
    copy.capacity = capacity_for(value.size + room);
    copy.map = arena.array<Field>(value.size + room);
    for (std::uint32_t i = 0; i < value.size; ++i) copy.map[i] = {value.map[i].key, clone(value.map[i].value, arena)};
  }
  return copy;
}

Value from_view(const ValueView& view, Arena& arena) {
  switch (view.type) {
    case ValueView::Type::kEmpty:
      return {};
    case ValueView::Type::kString:
      return Value::of(view.bytes);
    case ValueView::Type::kBytes:
      return Value::of_bytes(view.bytes);
    case ValueView::Type::kBool:
      return Value::of(view.boolean);
    case ValueView::Type::kInt:
      return Value::of(view.integer);
    case ValueView::Type::kDouble:
      return Value::of(view.number);
    case ValueView::Type::kArray: {
      Value list = Value::empty_list();
      for (const auto& item : array_items(view)) list.push_back(from_view(item, arena), arena);
      return list;
    }
    case ValueView::Type::kMap: {
      Value map = Value::empty_map();
      for (const auto& entry : map_entries(view)) map.set(entry.key, from_view(entry.value, arena), arena);
      return map;
    }
  }
  return {};
}

Value attributes_from_wire(std::string_view elements, Arena& arena) {
  Value map = Value::empty_map();
  try {
    for (auto in = wire::reader(elements); in.next();)
      if (const auto attribute = parse_attribute(wire::bytes(in)))
        map.set(attribute->key, from_view(attribute->value, arena), arena);
  } catch (const protozero::exception&) {  // not made by us
  }
  return map;
}

bool equal(const Value& one, const Value& other) {
  if (one.is_number() && other.is_number()) return equal_numbers(one, other);
  if (one.type != other.type) return false;
  switch (one.type) {
    case ValueType::kBool:
      return one.boolean == other.boolean;
    case ValueType::kString:
    case ValueType::kBytes:
      return one.text() == other.text();
    case ValueType::kList:
      return std::ranges::equal(one.items(), other.items(), equal);
    case ValueType::kMap:
      return equal_maps(one, other);
    default:
      return true;
  }
}

std::string to_json(const Value& value) {
  switch (value.type) {
    case ValueType::kNull:
      return "null";
    case ValueType::kString:
      return json_string(value.text());
    case ValueType::kBytes:
      return '"' + base64(value.text()) + '"';
    case ValueType::kDouble:
      return std::isfinite(value.number) ? number_text(value.number) : json_string(number_text(value.number));
    case ValueType::kList:
      return list_json(value);
    case ValueType::kMap:
      return map_json(value);
    default:
      return to_text(value);
  }
}

std::string to_text(const Value& value) {
  switch (value.type) {
    case ValueType::kNull:
      return {};
    case ValueType::kBool:
      return value.boolean ? "true" : "false";
    case ValueType::kInt:
      return std::to_string(value.integer);
    case ValueType::kDouble:
      return number_text(value.number);
    case ValueType::kString:
      return std::string(value.text());
    case ValueType::kBytes:
      return base64(value.text());
    default:
      return to_json(value);
  }
}

}  // namespace oc::contracts::otlp
