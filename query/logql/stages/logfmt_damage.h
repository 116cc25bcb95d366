// Where a line stops being logfmt, worded as go-logfmt does: for `logfmt --strict`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace oc::query {

struct LogfmtDamage {
  std::size_t pair_start = 0;  // of the damaged pair
  std::size_t at = 0;          // from 0
  std::string what;            // "unexpected '='", "unterminated quoted value"
};

std::optional<LogfmtDamage> first_logfmt_damage(std::string_view line);

}  // namespace oc::query
