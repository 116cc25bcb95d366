#include "contracts/otlp/any_value.h"

#include "contracts/otlp/wire.h"

namespace oc::contracts::otlp {

namespace {

using ViewType = ValueView::Type;

// Throws protozero's exceptions.
[[gnu::flatten]] ValueView read_value(std::string_view encoded) {
  ValueView value;
  auto in = wire::reader(encoded);
  while (in.next()) {
    switch (in.tag_and_type()) {
      case wire::field(AnyValue::string_value, wire::Type::length_delimited):
        value = {.type = ViewType::kString, .bytes = wire::bytes(in)};
        break;
      case wire::field(AnyValue::bool_value, wire::Type::varint):
        value = ValueView();
        value.type = ViewType::kBool;
        value.boolean = in.get_bool();
        break;
      case wire::field(AnyValue::int_value, wire::Type::varint):
        value = ValueView();
        value.type = ViewType::kInt;
        value.integer = in.get_int64();
        break;
      case wire::field(AnyValue::double_value, wire::Type::fixed64):
        value = ValueView();
        value.type = ViewType::kDouble;
        value.number = in.get_double();
        break;
      case wire::field(AnyValue::array_value, wire::Type::length_delimited):
        value = {.type = ViewType::kArray, .bytes = wire::bytes(in)};
        break;
      case wire::field(AnyValue::kvlist_value, wire::Type::length_delimited):
        value = {.type = ViewType::kMap, .bytes = wire::bytes(in)};
        break;
      case wire::field(AnyValue::bytes_value, wire::Type::length_delimited):
        value = {.type = ViewType::kBytes, .bytes = wire::bytes(in)};
        break;
      default:
        in.skip();
    }
  }
  return value;
}

[[gnu::flatten]] AttributeView read_attribute(std::string_view encoded) {
  AttributeView attribute;
  auto in = wire::reader(encoded);
  while (in.next()) {
    switch (in.tag_and_type()) {
      case wire::field(KeyValue::key, wire::Type::length_delimited):
        attribute.key = wire::bytes(in);
        break;
      case wire::field(KeyValue::value, wire::Type::length_delimited):
        attribute.value = read_value(wire::bytes(in));
        break;
      default:
        in.skip();
    }
  }
  return attribute;
}

// The `values` of an ArrayValue or KeyValueList: both are field 1.
std::vector<std::string_view> read_items(std::string_view encoded) {
  static_assert(static_cast<int>(ArrayValue::values) == static_cast<int>(KeyValueList::values));
  std::vector<std::string_view> items;
  auto in = wire::reader(encoded);
  while (in.next()) {
    if (in.tag_and_type() == wire::field(ArrayValue::values, wire::Type::length_delimited))
      items.push_back(wire::bytes(in));
    else
      in.skip();
  }
  return items;
}

bool is_nested(const ValueView& value) { return value.type == ViewType::kArray || value.type == ViewType::kMap; }

Status check_nested(const ValueView& value, int depth) {
  if (!is_nested(value)) return {};
  if (depth >= kMaxValueDepth) return permanent("values are nested deeper than 64 levels");
  for (const std::string_view item : read_items(value.bytes)) {
    const ValueView inner = value.type == ViewType::kMap ? read_attribute(item).value : read_value(item);
    OC_TRY(check_nested(inner, depth + 1));
  }
  return {};
}

}  // namespace

Result<AttributeView> parse_attribute(std::string_view encoded) {
  try {
    const AttributeView attribute = read_attribute(encoded);
    OC_TRY(check_nested(attribute.value, 0));
    return attribute;
  } catch (const protozero::exception& malformed) {
    return permanent(malformed.what());
  }
}

Result<ValueView> parse_value(std::string_view encoded) {
  try {
    const ValueView value = read_value(encoded);
    OC_TRY(check_nested(value, 0));
    return value;
  } catch (const protozero::exception& malformed) {
    return permanent(malformed.what());
  }
}

std::vector<AttributeView> map_entries(const ValueView& map) {
  std::vector<AttributeView> entries;
  for (const std::string_view item : read_items(map.bytes)) entries.push_back(read_attribute(item));
  return entries;
}

std::vector<ValueView> array_items(const ValueView& array) {
  std::vector<ValueView> items;
  for (const std::string_view item : read_items(array.bytes)) items.push_back(read_value(item));
  return items;
}

}  // namespace oc::contracts::otlp
