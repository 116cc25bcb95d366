#include "query/logql/templates/template_lexer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/templates/unicode_text.h"

namespace oc::query {

namespace {

constexpr std::string_view kLeft = "{{", kRight = "}}", kCommentBegin = "/*", kCommentEnd = "*/";
constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::size_t kMarker = 2;  // "- " behind {{ and " -" before }}: trims the text beside the action

constexpr std::pair<std::string_view, TemplateToken::Kind> kKeywords[] = {
    {"block", TemplateToken::Kind::kBlock},   {"break", TemplateToken::Kind::kBreak},
    {"define", TemplateToken::Kind::kDefine}, {"continue", TemplateToken::Kind::kContinue},
    {"else", TemplateToken::Kind::kElse},     {"end", TemplateToken::Kind::kEndBlock},
    {"if", TemplateToken::Kind::kIf},         {"nil", TemplateToken::Kind::kNil},
    {"range", TemplateToken::Kind::kRange},   {"template", TemplateToken::Kind::kTemplate},
    {"with", TemplateToken::Kind::kWith},     {"true", TemplateToken::Kind::kBool},
    {"false", TemplateToken::Kind::kBool}};

bool is_blank(char c) { return kBlanks.find(c) != std::string_view::npos; }
bool has_left_marker(std::string_view rest) { return rest.size() >= kMarker && rest[0] == '-' && is_blank(rest[1]); }
bool has_right_marker(std::string_view rest) { return rest.size() >= kMarker && is_blank(rest[0]) && rest[1] == '-'; }

std::size_t leading_blanks(std::string_view text) { return std::min(text.find_first_not_of(kBlanks), text.size()); }

// As Go's %#U.
std::string unicode_name(std::string_view rest) {
  if (rest.empty()) return "U+FFFFFFFFFFFFFFFF";
  const auto rune = first_rune(rest);
  if (!is_printable(rune.code)) return fmt::format("U+{:04X}", rune.code);
  return fmt::format("U+{:04X} '{}'", rune.code, rest.substr(0, rune.length));
}

}  // namespace

std::string TemplateToken::shown() const {
  constexpr std::size_t kMostRunes = 10;
  if (kind == Kind::kEnd) return "EOF";
  if (kind == Kind::kError) return text;
  if (kind >= Kind::kBlock) return fmt::format("<{}>", text);
  if (text.size() <= kMostRunes) return go_quote(text);
  std::size_t size = 0;
  for (std::size_t i = 0; i < kMostRunes && size < text.size(); ++i)
    size += first_rune(std::string_view(text).substr(size)).length;
  return go_quote(std::string_view(text).substr(0, size)) + "...";
}

TemplateToken TemplateLexer::take(Kind kind) {
  TemplateToken token{kind, start_, line_, std::string(input_.substr(start_, at_ - start_))};
  skip_to(at_);
  return token;
}

TemplateToken TemplateLexer::fail(std::string text) {
  stopped_ = true;
  return {Kind::kError, start_, line_, std::move(text)};
}

void TemplateLexer::skip_to(std::size_t end) {
  const auto skipped = input_.substr(start_, end - start_);
  line_ += static_cast<std::size_t>(std::ranges::count(skipped, '\n'));
  start_ = at_ = end;
}

// 0: not at one.
std::size_t TemplateLexer::right_delimiter_size() const {
  if (has_right_marker(rest()) && rest().substr(kMarker).starts_with(kRight)) return kMarker + kRight.size();
  return rest().starts_with(kRight) ? kRight.size() : 0;
}

TemplateToken TemplateLexer::next() {
  if (stopped_) return {Kind::kEnd, start_, line_, {}};
  return inside_action_ ? inside() : outside();
}

TemplateToken TemplateLexer::outside() {
  for (;;) {
    const auto begin = rest().find(kLeft);
    if (begin == std::string_view::npos) {
      at_ = input_.size();
      if (at_ > start_) return take(Kind::kText);
      stopped_ = true;
      return {Kind::kEnd, start_, line_, {}};
    }
    if (begin > 0) {
      const auto text = rest().substr(0, begin);
      const bool trims = has_left_marker(rest().substr(begin + kLeft.size()));
      const auto kept = trims ? text.find_last_not_of(kBlanks) + 1 : text.size();  // npos + 1 is 0
      at_ = start_ + kept;
      auto token = take(Kind::kText);
      skip_to(start_ + (begin - kept));
      if (kept > 0) return token;
    }
    TemplateToken token;
    if (skip_left_delimiter(token)) return token;
  }
}

// False: it was a comment.
bool TemplateLexer::skip_left_delimiter(TemplateToken& token) {
  at_ += kLeft.size();
  const auto marker = has_left_marker(rest()) ? kMarker : 0;
  if (rest().substr(marker).starts_with(kCommentBegin)) {
    skip_to(at_ + marker);
    return skip_comment(token);
  }
  token = take(Kind::kLeft);
  inside_action_ = true;
  open_parens_ = 0;
  skip_to(at_ + marker);
  return true;
}

// True: it does not end, which `token` says.
bool TemplateLexer::skip_comment(TemplateToken& token) {
  at_ += kCommentBegin.size();
  const auto end = rest().find(kCommentEnd);
  if (end == std::string_view::npos) {
    token = fail("unclosed comment");
    return true;
  }
  at_ += end + kCommentEnd.size();
  const auto delimiter = right_delimiter_size();
  if (delimiter == 0) {
    token = fail("comment ends before closing delimiter");
    return true;
  }
  at_ += delimiter;
  skip_to(at_ + (delimiter > kRight.size() ? leading_blanks(rest()) : 0));
  return false;
}

TemplateToken TemplateLexer::right_delimiter(std::size_t size) {
  const bool trims = size > kRight.size();
  if (trims) skip_to(at_ + kMarker);
  at_ += kRight.size();
  auto token = take(Kind::kRight);
  if (trims) skip_to(at_ + leading_blanks(rest()));
  inside_action_ = false;
  return token;
}

TemplateToken TemplateLexer::inside() {
  if (const auto size = right_delimiter_size(); size > 0)
    return open_parens_ == 0 ? right_delimiter(size) : fail("unclosed left paren");
  if (rest().empty()) return fail("unclosed action");
  const char c = rest()[0];
  if (is_blank(c)) return space();
  if (c == '"') return quoted(c, Kind::kString, "unterminated quoted string");
  if (c == '`') return quoted(c, Kind::kRawString, "unterminated raw quoted string");
  if (c == '\'') return quoted(c, Kind::kCharConstant, "unterminated character constant");
  if (c == '$') return field_or_variable(Kind::kVariable, Kind::kVariable);
  const char second = rest().size() > 1 ? rest()[1] : '\0';
  if (c == '.' && rest().size() > 1 && (second < '0' || second > '9'))
    return field_or_variable(Kind::kField, Kind::kDot);
  if (c == '.' || c == '+' || c == '-' || (c >= '0' && c <= '9')) return number();
  if (at_name()) return word();
  ++at_;
  if (c == '=') return take(Kind::kAssign);
  if (c == '|') return take(Kind::kPipe);
  if (c == ':') return second == '=' ? (++at_, take(Kind::kDeclare)) : fail("expected :=");
  if (c == '(') return ++open_parens_, take(Kind::kLeftParen);
  if (c == ')') {
    if (open_parens_ == 0) return fail("unexpected right paren");
    return --open_parens_, take(Kind::kRightParen);
  }
  if (c > ' ' && c < 0x7F) return take(Kind::kCharacter);
  return fail("unrecognized character in action: " + unicode_name(input_.substr(start_)));
}

// Stops before the blank that belongs to a trimming delimiter.
TemplateToken TemplateLexer::space() {
  at_ += leading_blanks(rest());
  --at_;
  if (const auto size = right_delimiter_size(); size > kRight.size()) {
    if (at_ == start_) return right_delimiter(size);
  } else {
    ++at_;
  }
  return take(Kind::kSpace);
}

bool TemplateLexer::at_name() const {
  if (rest().empty()) return false;
  const auto code = first_rune(rest()).code;
  return code == '_' || is_letter_or_digit(code);
}

void TemplateLexer::skip_name() {
  while (at_name()) at_ += first_rune(rest()).length;
}

// What may stand behind a name.
bool TemplateLexer::at_terminator() const {
  return rest().empty() || is_blank(rest()[0]) || std::string_view(".,|:)(").contains(rest()[0]) ||
         rest().starts_with(kRight);
}

TemplateToken TemplateLexer::word() {
  skip_name();
  if (!at_terminator()) return fail("bad character " + unicode_name(rest()));
  const auto name = input_.substr(start_, at_ - start_);
  const auto* known = std::ranges::find(kKeywords, name, &std::pair<std::string_view, Kind>::first);
  return take(known == std::end(kKeywords) ? Kind::kIdentifier : known->second);
}

TemplateToken TemplateLexer::field_or_variable(Kind kind, Kind bare) {
  ++at_;
  if (at_terminator()) return take(bare);
  skip_name();
  if (!at_terminator()) return fail("bad character " + unicode_name(rest()));
  return take(kind);
}

TemplateToken TemplateLexer::quoted(char quote, Kind kind, std::string_view unterminated) {
  const bool raw = quote == '`';
  for (++at_; !rest().empty(); ++at_) {
    const char c = rest()[0];
    if (c == quote) return ++at_, take(kind);
    if (raw) continue;
    if (c == '\\') ++at_;
    if (rest().empty() || rest()[0] == '\n') break;
  }
  return fail(std::string(unterminated));
}

}  // namespace oc::query
