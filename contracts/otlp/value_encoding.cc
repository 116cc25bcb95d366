#include "contracts/otlp/value_encoding.h"

#include <bit>

#include "contracts/otlp/wire_writer.h"

namespace oc::contracts::otlp {

using namespace wire;

namespace {

using ValueType = Value::Type;

std::size_t items_size(const Value& value) {
  std::size_t size = 0;
  if (value.is_list()) {
    for (const auto& item : value.items()) size += field_size(value_size(item));
  } else {
    for (const auto& entry : value.fields()) size += attribute_size(entry);
  }
  return size;
}

char* put_items(char* out, const Value& value) {
  if (value.is_map()) {
    for (const auto& entry : value.fields())
      out = put_attribute(out, static_cast<std::uint32_t>(KeyValueList::values), entry);
    return out;
  }
  for (const auto& item : value.items()) {
    out = put_header(out, ArrayValue::values, value_size(item));
    out = put_value(out, item);
  }
  return out;
}

}  // namespace

std::size_t value_size(const Value& value) {
  switch (value.type) {
    case ValueType::kNull:
      return 0;
    case ValueType::kBool:
      return 2;
    case ValueType::kInt:
      return 1 + varint_size(static_cast<std::uint64_t>(value.integer));
    case ValueType::kDouble:
      return 1 + sizeof(double);
    case ValueType::kString:
    case ValueType::kBytes:
      return field_size(value.size);
    case ValueType::kList:
    case ValueType::kMap:
      return field_size(items_size(value));
  }
  return 0;
}

char* put_value(char* out, const Value& value) {
  switch (value.type) {
    case ValueType::kNull:
      return out;
    case ValueType::kBool:
      *out++ = tag(AnyValue::bool_value, kVarint);
      return put_varint(out, value.boolean ? 1 : 0);
    case ValueType::kInt:
      *out++ = tag(AnyValue::int_value, kVarint);
      return put_varint(out, static_cast<std::uint64_t>(value.integer));
    case ValueType::kDouble:
      return put_fixed64(out, AnyValue::double_value, std::bit_cast<std::uint64_t>(value.number));
    case ValueType::kString:
      return put_bytes(put_header(out, AnyValue::string_value, value.size), value.text());
    case ValueType::kBytes:
      return put_bytes(put_header(out, AnyValue::bytes_value, value.size), value.text());
    case ValueType::kList:
      return put_items(put_header(out, AnyValue::array_value, items_size(value)), value);
    case ValueType::kMap:
      return put_items(put_header(out, AnyValue::kvlist_value, items_size(value)), value);
  }
  return out;
}

}  // namespace oc::contracts::otlp
