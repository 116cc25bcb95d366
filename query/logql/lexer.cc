#include "query/logql/lexer.h"

#include <algorithm>

#include "base/utf8.h"
#include "query/logql/go_text.h"
#include "query/logql/lexer_words.h"
#include "query/logql/number_literal.h"

namespace oc::query {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kOneRuneSymbols = "{}]=,.|()+-*/%^<>";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text)
      : text_(text), at_(text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0) {}

  std::vector<Token> run() {
    do {
      const bool blank_ends = skip_blank();
      begin_token();
      if (blank_ends) {
        scan();
      } else {
        fail("comment not terminated");
      }
    } while (tokens_.back().kind != TokenKind::kEnd && tokens_.back().kind != TokenKind::kError);
    return std::move(tokens_);
  }

 private:
  // White space and comments, those of Go included: Loki's scanner is Go's. False: a comment that does not end.
  bool skip_blank() {
    while (at_ < text_.size()) {
      const auto rest = text_.substr(at_);
      if (is_space(rest[0])) {
        ++at_;
      } else if (rest[0] == '#' || rest.starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (rest.starts_with("/*")) {
        const auto end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return false;
        at_ = end + 2;
      } else {
        return true;
      }
    }
    return true;
  }

  void begin_token() {
    for (; counted_ < at_; ++counted_) {
      if (text_[counted_] == '\n') {
        ++line_;
        column_ = 1;
      } else if ((static_cast<unsigned char>(text_[counted_]) & 0xC0) != 0x80) {
        ++column_;
      }
    }
    const bool nothing = text_.empty();
    auto& token = tokens_.emplace_back();
    token.line = nothing ? 0 : line_;
    token.column = nothing ? 0 : column_;
  }

  void finish(TokenKind kind, std::size_t length) {
    tokens_.back().kind = kind;
    tokens_.back().text = std::string(text_.substr(at_, length));
    at_ += length;
  }
  void fail(std::string message) {
    tokens_.back().kind = TokenKind::kError;
    tokens_.back().text = std::move(message);
  }

  void scan() {
    if (at_ >= text_.size()) return;
    const char c = text_[at_];
    if (c == '"' || c == '`') return scan_string(c);
    if (c == '\'') return scan_character();
    if (c == '[') return scan_range();
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return scan_number();
    if (c == '-' && scan_dash()) return;
    if (const auto length = word_length(text_.substr(at_)); length > 0) return scan_word(length);
    scan_symbol();
  }

  void scan_string(char quote) {
    auto end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && (quote == '`' || text_[end] != '\n')) {
      end += quote == '"' && text_[end] == '\\' ? 2 : 1;
    }
    if (end >= text_.size() || text_[end] != quote) return fail("literal not terminated");
    const auto literal = text_.substr(at_, end + 1 - at_);
    if (!is_utf8(literal)) return fail("invalid UTF-8 rune");
    // Not as Go's: Prometheus keeps the carriage returns of raw text.
    auto value = quote == '`' ? std::optional(std::string(literal.substr(1, literal.size() - 2))) : go_unquote(literal);
    if (!value) return fail(quote == '"' && !go_scans_escapes(literal) ? "invalid char escape" : "invalid syntax");
    finish(TokenKind::kString, literal.size());
    tokens_.back().text = std::move(*value);
  }

  // 'x' is a name to Loki, whose scanner knows Go's character literals; of any other length it is an error.
  void scan_character() {
    auto end = at_ + 1;
    std::size_t characters = 0;
    for (; end < text_.size() && text_[end] != '\'' && text_[end] != '\n'; ++characters) {
      const auto rest = text_.substr(end);
      const auto length = rest[0] == '\\' ? 1 + go_escape_length(rest.substr(1), '\'') : utf8_length(rest);
      if (length == 1 && rest[0] == '\\') return fail("invalid char escape");
      if (length == 0) return fail("invalid UTF-8 encoding");
      end += length;
    }
    if (end >= text_.size() || text_[end] != '\'') return fail("literal not terminated");
    if (characters != 1) return fail("invalid char literal");
    finish(TokenKind::kIdentifier, end + 1 - at_);
  }

  void scan_range() {
    tokens_.back().line = 0;
    const auto end = text_.find(']', at_);
    if (end == std::string_view::npos) return fail("missing closing ']' in duration");
    const auto duration = parse_prometheus_duration(text_.substr(at_ + 1, end - at_ - 1));
    if (!duration) return fail(duration.error().message);
    finish(TokenKind::kRange, end + 1 - at_);
    tokens_.back().duration = *duration;
  }

  // A number with letters of `units`, digits and points behind it.
  std::size_t length_with_units(std::size_t number, std::string_view units) const {
    auto end = at_ + number;
    while (end < text_.size() &&
           (is_digit(text_[end]) || text_[end] == '.' || units.find(text_[end]) != std::string_view::npos)) {
      ++end;
    }
    return end - at_;
  }

  // Prometheus' form first: it knows days and weeks, but no sign.
  bool take_duration(std::size_t number) {
    const auto length = length_with_units(number, "nuµmshdwy");
    if (length == number) return false;
    const auto text = text_.substr(at_, length);
    auto duration = parse_prometheus_duration(text);
    if (!duration) duration = go_parse_duration(text);
    if (!duration) return false;
    finish(TokenKind::kDuration, length);
    tokens_.back().duration = *duration;
    tokens_.back().line = 0;
    return true;
  }

  bool take_bytes(std::size_t number) {
    const auto length = length_with_units(number, "BikKMGTP");
    if (length == number) return false;
    const auto bytes = parse_byte_size(text_.substr(at_, length));
    if (!bytes) return false;
    finish(TokenKind::kBytes, length);
    tokens_.back().bytes = *bytes;
    tokens_.back().line = 0;
    return true;
  }

  void scan_number() {
    auto number = scan_number_literal(text_.substr(at_), at_ > 0 && is_space(text_[at_ - 1]));
    if (!number) return fail(number.error().message);
    if (!take_duration(*number) && !take_bytes(*number)) finish(TokenKind::kNumber, *number);
  }

  bool goes_on(std::size_t at) const {
    return at < text_.size() && (std::isalpha(static_cast<unsigned char>(text_[at])) != 0 || text_[at] == '-');
  }

  // "--strict" and "-5m"; false for a plain minus.
  bool scan_dash() {
    for (const std::string_view flag : {"--strict", "--keep-empty"}) {
      if (!text_.substr(at_).starts_with(flag) || goes_on(at_ + flag.size())) continue;
      finish(TokenKind::kFlag, flag.size());
      tokens_.back().line = 0;
      return true;
    }
    return at_ + 1 < text_.size() && is_digit(text_[at_ + 1]) && take_duration(1);
  }

  void scan_word(std::size_t length) {
    const auto behind = text_.substr(at_ + length);
    if (!behind.empty() && utf8_length(behind) == 0) return fail("invalid UTF-8 encoding");
    const auto word = in_lower_case(text_.substr(at_, length));
    const bool function = is_function_name(word) && call_follows(behind);
    if (!function && !is_keyword(word)) return finish(TokenKind::kIdentifier, length);
    finish(function ? TokenKind::kFunction : TokenKind::kKeyword, length);
    tokens_.back().text = word;
  }

  void scan_symbol() {
    const auto two = text_.substr(at_, 2);
    if (is_two_rune_symbol(two)) {
      finish(TokenKind::kSymbol, 2);
      tokens_.back().line = 0;
      return;
    }
    if (kOneRuneSymbols.find(text_[at_]) != std::string_view::npos) return finish(TokenKind::kSymbol, 1);
    const auto length = utf8_length(text_.substr(at_));
    if (length == 0) return fail("invalid UTF-8 encoding");
    finish(TokenKind::kIdentifier, length);
  }

  std::string_view text_;
  std::size_t at_;
  std::size_t counted_ = 0;
  int line_ = 1;
  int column_ = 1;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view query) { return Lexer(query).run(); }

}  // namespace oc::query
