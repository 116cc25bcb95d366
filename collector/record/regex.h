// Regular expressions of a config: Go's syntax, which is RE2's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <re2/re2.h>

#include "base/result.h"
#include "formats/regex/go_syntax.h"

namespace oc::collector {

inline re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(re2::StringPiece text) { return {text.data(), text.size()}; }

inline Result<std::shared_ptr<const re2::RE2>> compile_regex(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_shared<const re2::RE2>(formats::with_python_names(pattern), options);
  if (!regex->ok()) return permanent("regex '" + std::string(pattern) + "': " + regex->error());
  if (formats::cuts_characters(pattern)) return permanent("regex '" + std::string(pattern) + "': \\C is not supported");
  return regex;
}

}  // namespace oc::collector
