// Values on the wire: first their size, then their bytes into memory of that size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "contracts/otlp/value.h"

namespace oc::contracts::otlp {

// Of the content of an AnyValue.
std::size_t value_size(const Value& value);
char* put_value(char* out, const Value& value);

// Of one `repeated KeyValue` element with its header, under the attribute field of its message.
std::size_t attribute_size(const Field& attribute);
char* put_attribute(char* out, std::uint32_t field, const Field& attribute);

}  // namespace oc::contracts::otlp
