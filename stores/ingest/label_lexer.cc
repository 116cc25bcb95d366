#include "stores/ingest/label_lexer.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/utf8.h"
#include "query/logql/go_text.h"

namespace oc::stores {

namespace {

constexpr std::string_view kReplacementCharacter = "\xef\xbf\xbd";  // U+FFFD, as Go decodes what is no character

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// %q of a rune.
std::string quoted_rune(std::string_view rune) {
  if (rune == "\"" || rune == "'") return rune == "'" ? R"('\'')" : "'\"'";
  if (utf8_length(rune) == 0) return fmt::format("'{}'", kReplacementCharacter);
  const auto text = query::go_quote(rune);
  return "'" + text.substr(1, text.size() - 2) + "'";
}

// %#U of one.
std::string rune_with_number(std::string_view rune) {
  std::uint32_t point = static_cast<unsigned char>(rune[0]);
  if (rune.size() > 1) point &= 0xffU >> (rune.size() + 1);
  for (const char c : rune.substr(1)) point = point << 6 | (static_cast<unsigned char>(c) & 0x3fU);
  const bool is_shown = rune == "\"" || rune == "\\" || query::go_quote(rune) == fmt::format("\"{}\"", rune);
  return is_shown ? fmt::format("U+{:04X} '{}'", point, rune) : fmt::format("U+{:04X}", point);
}

// What is longer is cut.
std::string shortened(std::string_view text) {
  constexpr std::size_t kShown = 10;
  if (text.size() <= kShown) return query::go_quote(text);
  std::size_t end = 0;
  for (std::size_t runes = 0; runes < kShown && end < text.size(); ++runes)
    end += std::max<std::size_t>(utf8_length(text.substr(end)), 1);
  return query::go_quote(text.substr(0, end)) + "...";
}

// How much of the text a number takes from its front.
std::size_t number_length(std::string_view text) {
  const bool is_hex = text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
  if (is_hex) return std::min(text.find_first_not_of("0123456789abcdefABCDEF", 2), text.size());
  double number = 0;
  return static_cast<std::size_t>(std::from_chars(text.data(), text.data() + text.size(), number).ptr - text.data());
}

// 1h30m: each number with its unit.
bool is_duration(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
    if (text.empty() || std::string_view("smhdwy").find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(text.starts_with("ms") ? 2 : 1);
    if (!text.empty() && !is_digit(text.front())) return false;
  }
  return true;
}

bool is_operator(std::string_view sign) {
  constexpr std::string_view kOperators[] = {
      "!=", "=~", "!~", "==", "<", "<=", "</", ">", ">=", ">/", "+", "-", "*", "/", "%", "^", "@"};
  return std::ranges::find(kOperators, sign) != std::end(kOperators);
}

}  // namespace

bool begins_label_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_label_name(char c) { return begins_label_name(c) || is_digit(c); }

bool has_replacement(std::string_view text) {
  return !is_utf8(text) || text.find(kReplacementCharacter) != std::string_view::npos;
}

std::string LabelToken::shown() const {
  switch (kind) {
    case Kind::kEnd:
      return "end of input";
    case Kind::kName:
      return (text.find(':') == std::string_view::npos ? "identifier " : "metric identifier ") + query::go_quote(text);
    case Kind::kString:
      return "string " + shortened(text);
    case Kind::kNumber:
      return "number " + shortened(text);
    case Kind::kDuration:
      return "duration " + shortened(text);
    default:
      return is_operator(text) ? fmt::format("<op:{}>", text) : query::go_quote(text);
  }
}

LabelToken LabelLexer::next() {
  skip_space_and_comments();
  return in_braces_ ? inside_braces() : outside_braces();
}

void LabelLexer::skip_space_and_comments() {
  for (;;) {
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    if (peek() != '#') return;
    at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
  }
}

LabelToken LabelLexer::inside_braces() {
  if (at_ == text_.size()) return error(at_, "unexpected end of input inside braces");
  const char c = peek(), behind = peek(1);
  if (begins_label_name(c)) return name("");
  if (c == '"' || c == '\'' || c == '`') return string(c);
  if (c == ',') return sign(1);
  if (c == '=') return sign(behind == '~' ? 2 : 1);
  if (c == '!' && (behind == '~' || behind == '=')) return sign(2);
  if (c == '{') return error(at_, "unexpected left brace '{'");
  if (c == '}') {
    in_braces_ = false;
    return sign(1);
  }
  if (c == '!') return wrong_behind(c, " inside braces");
  return error(at_, fmt::format("unexpected character inside braces: {}", quoted_rune(rune())));
}

LabelToken LabelLexer::wrong_behind(char c, std::string_view where) {
  ++at_;
  // Go's end of input, -1, is no rune either.
  const auto after = at_ == text_.size() ? kReplacementCharacter : rune();
  return error(at_ - 1, fmt::format("unexpected character after '{}'{}: {}", c, where, quoted_rune(after)));
}

LabelToken LabelLexer::outside_braces() {
  if (at_ == text_.size()) return {.position = at_};
  const char c = peek(), behind = peek(1);
  if (begins_label_name(c) || c == ':') return name(":");
  if (is_digit(c) || (c == '.' && is_digit(behind))) return number();
  if (c == '"' || c == '\'' || c == '`') return string(c);
  in_braces_ = c == '{';
  if (c == ')') return error(at_ + 1, "unexpected right parenthesis ')'");
  if (c == ']') return error(at_, "unexpected right bracket ']'");
  if ((c == '!' && behind != '=') || (c == '=' && behind == '~')) return wrong_behind(c, "");
  if (c == '!' && behind == '=') return sign(2);
  if (c == '=' && behind == '=') return sign(2);
  if ((c == '<' || c == '>') && (behind == '=' || behind == '/')) return sign(2);
  if (std::string_view("{,*/%+-^=<>()[@").find(c) != std::string_view::npos) return sign(1);
  return error(at_, fmt::format("unexpected character: {}", quoted_rune(rune())));
}

LabelToken LabelLexer::name(std::string_view further_characters) {
  LabelToken token{.kind = LabelToken::Kind::kName, .position = at_};
  while (at_ < text_.size() &&
         (continues_label_name(text_[at_]) || further_characters.find(text_[at_]) != std::string_view::npos))
    ++at_;
  token.text = text_.substr(token.position, at_ - token.position);
  return token;
}

LabelToken LabelLexer::number() {
  LabelToken token{.kind = LabelToken::Kind::kNumber, .position = at_};
  while (continues_label_name(peek()) || peek() == '.') ++at_;
  token.text = text_.substr(token.position, at_ - token.position);
  const auto digits = number_length(token.text);
  if (digits == token.text.size()) return token;
  token.kind = LabelToken::Kind::kDuration;
  if (is_duration(token.text)) return token;
  return error(token.position, "bad number or duration syntax: " + query::go_quote(token.text.substr(0, digits)));
}

LabelToken LabelLexer::string(char quote) {
  LabelToken token{.kind = LabelToken::Kind::kString, .position = at_};
  const auto* const unterminated = quote == '`' ? "unterminated raw string" : "unterminated quoted string";
  ++at_;
  while (peek() != quote || at_ == text_.size()) {
    if (at_ == text_.size() || (peek() == '\n' && quote != '`')) return error(token.position, unterminated);
    const auto character = rune();
    if (has_replacement(character)) return error(token.position, "invalid UTF-8 rune");
    at_ += character.size();
    if (character != "\\" || quote == '`') {
      token.value += character;
    } else if (auto wrong = append_escape(quote, token.value); !wrong.empty()) {
      return error(token.position, std::move(wrong));
    }
  }
  ++at_;
  token.text = text_.substr(token.position, at_ - token.position);
  return token;
}

std::string LabelLexer::append_escape(char quote, std::string& value) {
  if (at_ == text_.size()) return "escape sequence not terminated";
  const char c = peek();
  constexpr std::string_view kLetters = "abfnrtv\\", kMeanings = "\a\b\f\n\r\t\v\\";
  constexpr std::uint32_t kHighestByte = 0xff, kHighestPoint = 0x10ffff;
  if (const auto letter = kLetters.find(c); letter != std::string_view::npos || c == quote) {
    value += c == quote ? c : kMeanings[letter];
    ++at_;
    return {};
  }
  if (c >= '0' && c <= '7') return append_digits(3, 8, kHighestByte, true, value);
  if (c != 'x' && c != 'u' && c != 'U') return "unknown escape sequence " + rune_with_number(rune());
  ++at_;
  if (c == 'x') return append_digits(2, 16, kHighestByte, true, value);
  return append_digits(c == 'u' ? 4 : 8, 16, kHighestPoint, false, value);
}

std::string LabelLexer::append_digits(std::size_t count, int base, std::uint32_t highest, bool is_byte,
                                      std::string& value) {
  const auto digits = text_.substr(at_, count);
  std::uint32_t number = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  at_ += static_cast<std::size_t>(end - digits.data());
  if (end != digits.data() + count) {
    if (at_ == text_.size()) return "escape sequence not terminated";
    return fmt::format("illegal character {} in escape sequence", rune_with_number(rune()));
  }
  const bool is_surrogate = number >= 0xd800 && number < 0xe000;
  if (number > highest || is_surrogate) return "escape sequence is an invalid Unicode code point";
  if (is_byte) {
    value += static_cast<char>(number);
  } else {
    append_utf8(value, number);
  }
  return {};
}

LabelToken LabelLexer::sign(std::size_t length) {
  LabelToken token{.kind = LabelToken::Kind::kSign, .text = text_.substr(at_, length), .position = at_};
  at_ += length;
  return token;
}

LabelToken LabelLexer::error(std::size_t position, std::string what) const {
  return {.kind = LabelToken::Kind::kError, .text = {}, .position = position, .value = std::move(what)};
}

std::string_view LabelLexer::rune() const {
  const auto rest = text_.substr(at_);
  return rest.substr(0, std::max<std::size_t>(utf8_length(rest), 1));
}

}  // namespace oc::stores
