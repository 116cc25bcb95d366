#include "collector/expr/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/utf8.h"

namespace oc::collector::expr {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || (c & 0x80) != 0;
}
constexpr bool is_name(char c) { return is_name_start(c) || is_digit(c); }

// Longer ones first.
constexpr std::array<std::string_view, 38> kSymbols = {
    "..", "**", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "?:", "!", "<", ">", "+", "-", "*", "/", "%",
    "^",  "(",  ")",  "[",  "]",  "{",  "}",  ",",  ".",  ":",  "?",  "|", "#", ";", "=", "&", "~", "@", "\\"};

std::optional<char> simple_escape(char c) {
  constexpr std::string_view kLetters = "abfnrtv\\'\"`", kMeanings = "\a\b\f\n\r\t\v\\'\"`";
  const auto at = kLetters.find(c);
  if (at == std::string_view::npos) return std::nullopt;
  return kMeanings[at];
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    while (skip_blanks(), at_ < text_.size()) {
      OC_TRY_ASSIGN(Token token, next());
      tokens_.push_back(std::move(token));
    }
    tokens_.push_back({Token::Kind::kEnd, "end of the expression", text_.size()});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void skip_blanks() {
    while (at_ < text_.size()) {
      if (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
        ++at_;
      } else if (text_.substr(at_).starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_).starts_with("/*")) {
        const auto end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  Result<Token> next() {
    const std::size_t start = at_;
    if (is_name_start(peek())) {
      while (is_name(peek())) ++at_;
      return Token{Token::Kind::kName, std::string(text_.substr(start, at_ - start)), start};
    }
    if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) return number();
    if (peek() == '"' || peek() == '\'' || peek() == '`') return string();
    for (const auto symbol : kSymbols)
      if (text_.substr(at_).starts_with(symbol)) {
        at_ += symbol.size();
        return Token{Token::Kind::kSymbol, std::string(symbol), start};
      }
    return error_at(text_, at_, fmt::format("'{}' is not expected", peek()));
  }

  Token number() {
    const std::size_t start = at_;
    std::string digits;
    const bool prefixed = peek() == '0' && (peek(1) == 'x' || peek(1) == 'o' || peek(1) == 'b');
    while (is_name(peek()) || (peek() == '.' && peek(1) != '.' && !prefixed) ||
           ((peek() == '+' || peek() == '-') && !prefixed && (text_[at_ - 1] | 0x20) == 'e')) {
      if (peek() != '_') digits += peek();
      ++at_;
    }
    return {Token::Kind::kNumber, std::move(digits), start};
  }

  Result<Token> string() {
    const std::size_t start = at_;
    const char quote = text_[at_++];
    std::string value;
    while (peek() != quote || at_ >= text_.size()) {
      if (at_ >= text_.size()) return error_at(text_, start, "the text is not closed");
      if (peek() != '\\' || quote == '`') {
        value += text_[at_++];
      } else if (auto escaped = escape(value); !escaped) {
        return std::unexpected(escaped.error());
      }
    }
    ++at_;
    return Token{Token::Kind::kString, std::move(value), start};
  }

  Status escape(std::string& value) {
    const char letter = peek(1);
    if (const auto plain = simple_escape(letter)) {
      value += *plain;
      at_ += 2;
      return {};
    }
    const std::size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    std::uint32_t code = 0;
    const auto hex = text_.substr(std::min(at_ + 2, text_.size()), digits);
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    if (digits == 0 || hex.size() != digits || error != std::errc() || end != hex.data() + hex.size() ||
        code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
      return error_at(text_, at_, fmt::format("'\\{}' is not an escape", letter));
    append_utf8(value, code);
    at_ += 2 + digits;
    return {};
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view text) { return Lexer(text).run(); }

std::unexpected<Error> error_at(std::string_view text, std::size_t at, const std::string& message) {
  const auto before = text.substr(0, at);
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto newline = before.rfind('\n');
  const auto column = 1 + (newline == std::string_view::npos ? at : at - newline - 1);
  return permanent(fmt::format("{} ({}:{})", message, line, column));
}

}  // namespace oc::collector::expr
