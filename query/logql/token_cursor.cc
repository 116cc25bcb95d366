#include "query/logql/token_cursor.h"

#include <fmt/format.h>

#include "query/logql/limits.h"

namespace oc::query {

bool TokenCursor::take_if(std::string_view symbol) {
  if (!peek().is(symbol)) return false;
  take();
  return true;
}

Status TokenCursor::expect(std::string_view symbol, std::string_view expecting) {
  if (!take_if(symbol)) return unexpected(expecting);
  return {};
}

Result<Token> TokenCursor::expect(TokenKind kind, std::string_view expecting) {
  if (peek().kind != kind) return unexpected(expecting);
  return take();
}

std::unexpected<Error> TokenCursor::unexpected(std::string_view expecting) const {
  const auto& token = peek();
  if (token.kind == TokenKind::kError) return parse_error_at(token, token.text);
  return parse_error_at(token, fmt::format("syntax error: unexpected {}{}{}", token.name(),
                                           expecting.empty() ? "" : ", expecting ", expecting));
}

Status TokenCursor::enter() {
  if (++depth_ > kMaxNesting) {
    return parse_error_at(peek(), fmt::format("nested deeper than {} levels", kMaxNesting));
  }
  return count_expression();
}

Status TokenCursor::count_expression() {
  if (++expressions_ <= kMaxExpressions) return {};
  return parse_error_at(peek(), fmt::format("more than {} expressions in one query", kMaxExpressions));
}

Status TokenCursor::count_regex() {
  if (++regexes_ <= kMaxRegexes) return {};
  return parse_error_at(peek(), fmt::format("more than {} regular expressions in one query", kMaxRegexes));
}

std::unexpected<Error> parse_error(std::string_view message) {
  return permanent(fmt::format("parse error : {}", message));
}

std::unexpected<Error> parse_error_at(const Token& token, std::string_view message) {
  if (token.line == 0 && token.column == 0) return parse_error(message);
  return permanent(fmt::format("parse error at line {}, col {}: {}", token.line, token.column, message));
}

}  // namespace oc::query
