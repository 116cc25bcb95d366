#include "query/logql/stages/field_path.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/utf8.h"

namespace oc::query {

namespace {

enum class PathToken { kEnd, kDot, kOpen, kClose, kString, kField, kIndex };

class PathLexer {
 public:
  explicit PathLexer(std::string_view text) : rest_(text) {}

  // What can't be read ends the expression; see error().
  PathToken next() {
    const auto first = rest_.find_first_not_of(" \t\n");
    rest_ = first == std::string_view::npos ? std::string_view() : rest_.substr(first);
    if (rest_.empty()) return PathToken::kEnd;
    if (is_path_digit(rest_[0])) return read_index();
    if (is_field_start(rest_[0])) return read_field();
    if (rest_[0] == '"') return read_string();
    for (const auto& [sign, token] :
         {std::pair('.', PathToken::kDot), std::pair('[', PathToken::kOpen), std::pair(']', PathToken::kClose)}) {
      if (rest_[0] != sign) continue;
      rest_.remove_prefix(1);
      return token;
    }
    const auto length = std::max<std::size_t>(1, utf8_length(rest_));
    return fail(fmt::format("unexpected char {}", rest_.substr(0, length)));
  }

  const std::string& text() const { return text_; }
  std::size_t index() const { return index_; }
  const std::string& error() const { return error_; }  // "" where all could be read

 private:
  static bool is_path_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_path_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }
  static bool is_field_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

  PathToken fail(std::string error) {
    error_ = std::move(error);
    rest_ = {};
    return PathToken::kEnd;
  }

  PathToken read_field() {
    const auto end = std::ranges::find_if_not(rest_, [](char c) { return is_field_start(c) || is_path_digit(c); });
    text_.assign(rest_.begin(), end);
    rest_.remove_prefix(text_.size());
    return PathToken::kField;
  }
  // There are no escapes in it.
  PathToken read_string() {
    const auto end = std::min(rest_.find_first_of("\"]", 1), rest_.size());
    text_ = rest_.substr(1, end - 1);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return PathToken::kString;
  }
  PathToken read_index() {
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), index_);
    const auto behind = rest_.substr(static_cast<std::size_t>(end - rest_.data()));
    if (error != std::errc()) return fail("array index out of range");
    if (behind.empty() || (behind[0] != ']' && !is_path_space(behind[0])))
      return fail("array index is no whole number");
    rest_ = behind;
    return PathToken::kIndex;
  }

  std::string_view rest_;
  std::string text_;
  std::size_t index_ = 0;
  std::string error_;
};

std::unexpected<Error> path_error(std::string_view expression, std::string_view what) {
  return permanent(fmt::format("cannot parse expression [{}]: {}", expression, what));
}
std::unexpected<Error> unexpected_token(std::string_view expression, std::string_view name,
                                        std::string_view expecting) {
  return path_error(expression, fmt::format("syntax error: unexpected {}{}{}", name,
                                            expecting.empty() ? "" : ", expecting ", expecting));
}

class JsonPathParser {
 public:
  explicit JsonPathParser(std::string_view expression) : expression_(expression), lexer_(expression) {}

  Result<std::vector<FieldStep>> parse() {
    OC_TRY(read_first());
    for (;;) {
      const auto token = lexer_.next();
      if (token == PathToken::kOpen) {
        OC_TRY(read_bracket());
      } else if (token == PathToken::kDot) {
        OC_TRY(read_field());
      } else if (token != PathToken::kEnd) {
        return unexpected(token, "");
      } else if (!lexer_.error().empty()) {
        return path_error(expression_, lexer_.error());
      } else {
        return std::move(steps_);
      }
    }
  }

 private:
  std::unexpected<Error> unexpected(PathToken token, std::string_view expecting) const {
    constexpr std::string_view kNames[] = {"$end", "DOT", "LSB", "RSB", "STRING", "FIELD", "INDEX"};
    return unexpected_token(expression_, kNames[static_cast<std::size_t>(token)], expecting);
  }

  Status read_first() {
    const auto token = lexer_.next();
    if (token == PathToken::kOpen) return read_bracket();
    if (token != PathToken::kField) return unexpected(token, "LSB or FIELD");
    steps_.push_back({.name = lexer_.text()});
    return {};
  }
  Status read_field() {
    const auto token = lexer_.next();
    if (token != PathToken::kField) return unexpected(token, "FIELD");
    steps_.push_back({.name = lexer_.text()});
    return {};
  }
  Status read_bracket() {
    const auto token = lexer_.next();
    if (token != PathToken::kString && token != PathToken::kIndex) return unexpected(token, "STRING or INDEX");
    const bool is_index = token == PathToken::kIndex;
    steps_.push_back({is_index ? std::string() : lexer_.text(), is_index ? lexer_.index() : 0, is_index});
    const auto closing = lexer_.next();
    if (closing != PathToken::kClose) return unexpected(closing, "RSB");
    return {};
  }

  std::string_view expression_;
  PathLexer lexer_;
  std::vector<FieldStep> steps_;
};

}  // namespace

Result<std::vector<FieldStep>> parse_json_path(std::string_view expression) {
  return JsonPathParser(expression).parse();
}

// Points and brackets mean nothing here; like all that can't be read they end the expression.
Result<std::string> parse_logfmt_key(std::string_view expression) {
  PathLexer lexer(expression);
  const auto first = lexer.next();
  if (first != PathToken::kField && first != PathToken::kString) {
    return unexpected_token(expression, "$end", "STRING or KEY");
  }
  auto key = lexer.text();
  switch (lexer.next()) {
    case PathToken::kEnd:
      if (lexer.error().empty()) return key;
      return path_error(expression, lexer.error());
    case PathToken::kField:
      return unexpected_token(expression, "KEY", "");
    case PathToken::kDot:
      return path_error(expression, "unexpected char .");
    case PathToken::kOpen:
      return path_error(expression, "unexpected char [");
    case PathToken::kClose:
      return path_error(expression, "unexpected char ]");
    default:
      return path_error(expression, "logfmt has no nested keys");
  }
}

}  // namespace oc::query
