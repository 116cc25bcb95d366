#include "base/json.h"

#include <fmt/format.h>

namespace oc {

namespace {

constexpr int kMaxDepth = 200;  // destructors recurse; hostile nesting must not reach the end of the stack

}  // namespace

Result<Json> parse_json(std::string_view text) {
  bool too_deep = false;
  const auto guard = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return depth <= kMaxDepth;
  };
  try {
    auto parsed = Json::parse(text, guard);
    if (too_deep) return permanent(fmt::format("invalid JSON: nested deeper than {} levels", kMaxDepth));
    return parsed;
  } catch (const nlohmann::json::exception& error) {
    std::string what = error.what();
    if (const auto at = what.find("parse error"); at != std::string::npos) what.erase(0, at);
    return permanent("invalid JSON: " + what);
  }
}

}  // namespace oc
