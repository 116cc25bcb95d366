// Walks the tokens of a query and words its errors. Shared by the parser's files.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/logql/lexer.h"

namespace oc::query {

class TokenCursor {
 public:
  explicit TokenCursor(std::string_view query) : tokens_(tokenize(query)) {}

  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  Token take() { return at_ + 1 < tokens_.size() ? tokens_[at_++] : tokens_[at_]; }
  bool take_if(std::string_view symbol);
  Status expect(std::string_view symbol, std::string_view expecting = {});
  Result<Token> expect(TokenKind kind, std::string_view expecting = {});

  // "parse error at line 1, col 5: syntax error: unexpected }, expecting = or =~"; `expecting` without names too many.
  std::unexpected<Error> unexpected(std::string_view expecting = {}) const;

  // An error of meaning. Those of grammar come first, even from further on; of several the outermost counts.
  void note(Error error) { noted_ = std::move(error); }
  const std::optional<Error>& noted() const { return noted_; }

  // Counts what would recurse or grow; an error beyond the limits of limits.h.
  Status enter();
  void leave() { --depth_; }
  Status count_expression();  // of what does not recurse: stages and their parts
  Status count_regex();

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int expressions_ = 0;
  int regexes_ = 0;
  std::optional<Error> noted_;
};

// Leaves on every way out of a parse function.
class Nesting {
 public:
  explicit Nesting(TokenCursor& cursor) : cursor_(cursor), status_(cursor.enter()) {}
  ~Nesting() { cursor_.leave(); }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  const Status& status() const { return status_; }

 private:
  TokenCursor& cursor_;
  Status status_;
};

std::unexpected<Error> parse_error(std::string_view message);  // "parse error : message"
std::unexpected<Error> parse_error_at(const Token& token, std::string_view message);

}  // namespace oc::query
