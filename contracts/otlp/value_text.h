// Text of numbers and bytes inside OTLP values.
#pragma once

#include <string>
#include <string_view>

namespace oc::contracts::otlp {

// As ECMAScript (and Go's encoding/json) writes a number: 1e+21, 1e-7, 0.000001, 100. NaN and infinities by name.
std::string number_text(double number);
// Quoted; what is no UTF-8 is replaced.
std::string json_string(std::string_view text);
std::string base64(std::string_view bytes);

}  // namespace oc::contracts::otlp
