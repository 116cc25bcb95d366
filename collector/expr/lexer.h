// Cuts an expression into tokens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oc::collector::expr {

struct Token {
  enum class Kind { kName, kNumber, kString, kSymbol, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;  // of a string: what it stands for
  std::size_t at = 0;
};

// The last one is kEnd.
Result<std::vector<Token>> tokenize(std::string_view text);

// "message (1:6)"
std::unexpected<Error> error_at(std::string_view text, std::size_t at, const std::string& message);

}  // namespace oc::collector::expr
