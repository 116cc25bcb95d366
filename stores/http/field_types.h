// What the value of a field looks like, and sizes as people write them: for the fields that Grafana offers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oc::stores {

// int, float, boolean, duration, bytes or string: the first that the text can be read as.
std::string_view field_type(std::string_view value);

// "4200KiB" → "4.3MB", so that it can stand in a query; other texts stay as they are.
std::string as_query_value(std::string_view value);

}  // namespace oc::stores
