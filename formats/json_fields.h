// The fields of a JSON object line, flattened as LogQL's `json` parser does it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/field_sink.h"

namespace oc::formats {

// Deeper objects are an error: no logger writes them, and each level costs a stack frame.
inline constexpr int kMaxJsonDepth = 128;

// Keys of nested objects are joined with "_" and sanitised ("a.b" → "a_b", a leading digit gets "_" in front); arrays
// are skipped; numbers stay as written, true and false are words, null is the empty value (its
// data() is null, that of "" is not); \-escapes are resolved and
// bytes that are not UTF-8 dropped. Fields before a syntax error have been handed out when the error returns; what
// follows the object is not looked at. A key that occurs twice is handed out twice. Thread-safe.
Status for_each_json_field(std::string_view line, FieldSink sink);

// Keys of the outermost object as they are written, each with its value: strings unescaped, scalars as
// for_each_json_field gives them, objects and arrays as their JSON text.
Status for_each_json_member(std::string_view line, FieldSink sink);

// The LogQL name of a key: anything outside [A-Za-z0-9_] becomes "_", surrounding white space goes.
std::string sanitized_label_name(std::string_view key, bool is_prefix);

}  // namespace oc::formats
