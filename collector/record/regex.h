// Regular expressions of a config: Go's syntax, which is RE2's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <re2/re2.h>

#include "base/result.h"

namespace oc::collector {

inline re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(re2::StringPiece text) { return {text.data(), text.size()}; }

// With (?P<name> where (?<name> is written: Go has both, RE2's older versions only the first.
inline std::string with_python_names(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const auto rest = pattern.substr(i);
    if (pattern[i] == '\\') {
      out += pattern[i++];
    } else if (!in_class && rest.starts_with("(?<") && !rest.starts_with("(?<=") && !rest.starts_with("(?<!")) {
      out += "(?P";
      i += 2;
    } else if (pattern[i] == '[' || pattern[i] == ']') {
      const bool is_first = i > 0 && (pattern[i - 1] == '[' || pattern.substr(0, i).ends_with("[^"));
      in_class = pattern[i] == '[' || (in_class && is_first);
    }
    if (i < pattern.size()) out += pattern[i];
  }
  return out;
}

inline Result<std::shared_ptr<const re2::RE2>> compile_regex(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_shared<const re2::RE2>(with_python_names(pattern), options);
  if (!regex->ok()) return permanent("regex '" + std::string(pattern) + "': " + regex->error());
  // RE2 has it, Go has not; it would cut characters in two.
  if (pattern.find("\\C") != std::string_view::npos)
    return permanent("regex '" + std::string(pattern) + "': \\C is not supported");
  return regex;
}

}  // namespace oc::collector
