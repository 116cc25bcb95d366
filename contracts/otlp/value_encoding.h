// Values on the wire: first their size, then their bytes into memory of that size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "contracts/otlp/value.h"
#include "contracts/otlp/wire_writer.h"

namespace oc::contracts::otlp {

// Of the content of an AnyValue.
std::size_t value_size(const Value& value);
char* put_value(char* out, const Value& value);

// The same; of texts, which most values are, nothing is called.
inline std::size_t quick_size(const Value& value) {
  return value.is_string() ? wire::field_size(value.size) : value_size(value);
}
inline char* put_quickly(char* out, const Value& value) {
  if (!value.is_string()) return put_value(out, value);
  return wire::put_bytes(wire::put_header(out, AnyValue::string_value, value.size), value.text());
}

// Of one `repeated KeyValue` element with its header, under the attribute field of its message.
inline std::size_t attribute_size(const Field& attribute) {
  return wire::field_size(wire::field_size(attribute.key.size()) + wire::field_size(quick_size(attribute.value)));
}
inline char* put_attribute(char* out, std::uint32_t field, const Field& attribute) {
  const std::size_t size = quick_size(attribute.value);
  out = wire::put_header(out, field, wire::field_size(attribute.key.size()) + wire::field_size(size));
  out = wire::put_bytes(wire::put_header(out, KeyValue::key, attribute.key.size()), attribute.key);
  return put_quickly(wire::put_header(out, KeyValue::value, size), attribute.value);
}

}  // namespace oc::contracts::otlp
