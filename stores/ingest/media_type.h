// What a Content-Type names, by the rules of Go's mime.ParseMediaType, which Loki's push takes it by.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace oc::stores {

// "Application/JSON; charset=utf-8" → "application/json". Parameters are checked, not returned. Errors read as Go's:
// "mime: no media type".
Result<std::string> media_type(std::string_view content_type);

}  // namespace oc::stores
