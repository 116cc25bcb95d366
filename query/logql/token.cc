// What error messages call a token.
#include <algorithm>
#include <cctype>

#include "query/logql/lexer.h"

namespace oc::query {

namespace {

// As Loki's grammar calls them: SUM, COUNT_OVER_TIME; it knows two of them as they are written.
std::string function_token_name(std::string_view function) {
  if (function == "label_replace" || function == "ip") return std::string(function);
  std::string name(function);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
  const bool converts = function == "bytes" || function == "duration" || function == "duration_seconds";
  return converts ? name + "_CONV" : name;
}

}  // namespace

std::string Token::name() const {
  switch (kind) {
    case TokenKind::kEnd:
      return "$end";
    case TokenKind::kIdentifier:
      return "IDENTIFIER";
    case TokenKind::kString:
      return "STRING";
    case TokenKind::kNumber:
      return "NUMBER";
    case TokenKind::kDuration:
      return "DURATION";
    case TokenKind::kBytes:
      return "BYTES";
    case TokenKind::kRange:
      return "RANGE";
    case TokenKind::kFlag:
      return "FUNCTION_FLAG";
    case TokenKind::kFunction:
      return function_token_name(text);
    default:
      return text;
  }
}

}  // namespace oc::query
