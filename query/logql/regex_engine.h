// RE2 with LogQL's settings and Go's error texts, for the files that hold a compiled expression.
#pragma once

#include <memory>
#include <string_view>

#include <re2/re2.h>

#include "base/result.h"
#include "formats/regex/simple_pattern.h"

namespace oc::query {

using Outcome = formats::SimplePattern::Outcome;

// Of other texts SimplePattern and Go may think differently, where they are not UTF-8.
inline bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (const char byte : text) all |= static_cast<unsigned char>(byte);
  return all < 0x80;
}

Result<std::unique_ptr<RE2>> compile_engine(std::string_view expression, bool dot_takes_newline);

}  // namespace oc::query
