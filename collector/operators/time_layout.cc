#include "collector/operators/time_layout.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace oc::collector {

namespace {

constexpr std::pair<char, std::string_view> kStrptime[] = {
    {'Y', "2006"},     {'y', "06"},         {'m', "01"},       {'o', "1"},         {'q', "1"},
    {'b', "Jan"},      {'h', "Jan"},        {'B', "January"},  {'d', "02"},        {'e', "_2"},
    {'g', "2"},        {'a', "Mon"},        {'A', "Monday"},   {'H', "15"},        {'l', "3"},
    {'I', "3"},        {'p', "PM"},         {'P', "pm"},       {'M', "04"},        {'S', "05"},
    {'L', "999"},      {'f', "999999"},     {'s', "99999999"}, {'Z', "MST"},       {'z', "Z0700"},
    {'w', "-070000"},  {'i', "-07"},        {'j', "-07:00"},   {'k', "-07:00:00"}, {'D', "01/02/\1"},
    {'x', "01/02/\1"}, {'F', "2006-01-02"}, {'T', "15:04:05"}, {'X', "15:04:05"},  {'r', "03:04:05 pm"},
    {'R', "15:04"},    {'n', "\n"},         {'t', "\t"},       {'%', "%"},         {'c', "Mon Jan 02 15:04:05 2006"}};

bool is_layout_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<std::string> go_layout(std::string_view layout) {
  if (std::ranges::any_of(layout, is_layout_digit))
    return permanent("a layout of strptime's letters may hold no digits", "use layout_type: gotime");
  std::string out;
  for (std::size_t at = 0; at < layout.size(); ++at) {
    if (layout[at] != '%' || at + 1 == layout.size()) {
      out += layout[at];
      continue;
    }
    const auto known = std::ranges::find(kStrptime, layout[++at], &std::pair<char, std::string_view>::first);
    if (known == std::end(kStrptime))
      return permanent(fmt::format("'%{}' is not a known letter of a time layout", layout[at]),
                       "use strptime's letters, such as %Y-%m-%dT%H:%M:%S.%L%z");
    if (known->second.starts_with('9') && !out.ends_with('.') && !out.ends_with(','))
      return permanent(
          fmt::format("invalid fractional seconds directive '%{}': it must be behind '.' or ','", layout[at]));
    out += known->second;
  }
  return out;
}

}  // namespace oc::collector
