// Values in another form.
#pragma once

#include <string_view>

#include "collector/record/log_record.h"

namespace oc::collector {

// To "int", "double" or "string"; what cannot be converted stays as it is.
Value converted(const Value& value, std::string_view type, Arena& arena);
// SHA-256 in hexadecimal, of the text, or of the bytes of a number; of lists and maps the empty text.
Value hashed(const Value& value, Arena& arena);

}  // namespace oc::collector
