#include "contracts/otlp/any_value.h"

#include "contracts/otlp/wire.h"

namespace oc::contracts::otlp {

namespace {

using ViewType = ValueView::Type;

void set_bytes(ValueView& value, ViewType type, std::string_view bytes) {
  value.type = type;
  value.bytes = bytes;
}

// One field of an AnyValue; the last one counts. Throws protozero's exceptions.
void read_value_field(protozero::pbf_reader& in, ValueView& value) {
  switch (in.tag_and_type()) {
    case wire::field(AnyValue::string_value, wire::Type::length_delimited):
      return set_bytes(value, ViewType::kString, wire::bytes(in));
    case wire::field(AnyValue::bool_value, wire::Type::varint):
      value.type = ViewType::kBool;
      value.boolean = in.get_bool();
      return;
    case wire::field(AnyValue::int_value, wire::Type::varint):
      value.type = ViewType::kInt;
      value.integer = in.get_int64();
      return;
    case wire::field(AnyValue::double_value, wire::Type::fixed64):
      value.type = ViewType::kDouble;
      value.number = in.get_double();
      return;
    case wire::field(AnyValue::array_value, wire::Type::length_delimited):
      return set_bytes(value, ViewType::kArray, wire::bytes(in));
    case wire::field(AnyValue::kvlist_value, wire::Type::length_delimited):
      return set_bytes(value, ViewType::kMap, wire::bytes(in));
    case wire::field(AnyValue::bytes_value, wire::Type::length_delimited):
      return set_bytes(value, ViewType::kBytes, wire::bytes(in));
    default:
      in.skip();
  }
}

[[gnu::flatten]] void read_value(std::string_view encoded, ValueView& value) {
  for (auto in = wire::reader(encoded); in.next();) read_value_field(in, value);
}

[[gnu::flatten]] void read_attribute(std::string_view encoded, AttributeView& attribute) {
  for (auto in = wire::reader(encoded); in.next();) {
    switch (in.tag_and_type()) {
      case wire::field(KeyValue::key, wire::Type::length_delimited):
        attribute.key = wire::bytes(in);
        break;
      case wire::field(KeyValue::value, wire::Type::length_delimited):
        attribute.value = {};
        read_value(wire::bytes(in), attribute.value);
        break;
      default:
        in.skip();
    }
  }
}

ValueView value_of(std::string_view encoded) {
  ValueView value;
  read_value(encoded, value);
  return value;
}

AttributeView attribute_of(std::string_view encoded) {
  AttributeView attribute;
  read_attribute(encoded, attribute);
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
    const ValueView inner = value.type == ViewType::kMap ? attribute_of(item).value : value_of(item);
    OC_TRY(check_nested(inner, depth + 1));
  }
  return {};
}

}  // namespace

Status parse_attribute(std::string_view encoded, AttributeView& into) {
  try {
    read_attribute(encoded, into);
    return check_nested(into.value, 0);
  } catch (const protozero::exception& malformed) {
    return permanent(malformed.what());
  }
}

Status parse_value(std::string_view encoded, ValueView& into) {
  try {
    read_value(encoded, into);
    return check_nested(into, 0);
  } catch (const protozero::exception& malformed) {
    return permanent(malformed.what());
  }
}

Result<AttributeView> parse_attribute(std::string_view encoded) {
  AttributeView attribute;
  OC_TRY(parse_attribute(encoded, attribute));
  return attribute;
}

Result<ValueView> parse_value(std::string_view encoded) {
  ValueView value;
  OC_TRY(parse_value(encoded, value));
  return value;
}

std::vector<AttributeView> map_entries(const ValueView& map) {
  std::vector<AttributeView> entries;
  for (const std::string_view item : read_items(map.bytes)) entries.push_back(attribute_of(item));
  return entries;
}

std::vector<ValueView> array_items(const ValueView& array) {
  std::vector<ValueView> items;
  for (const std::string_view item : read_items(array.bytes)) items.push_back(value_of(item));
  return items;
}

}  // namespace oc::contracts::otlp
