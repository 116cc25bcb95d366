#include "query/logql/stages/label_extraction.h"

#include <charconv>

#include <fmt/format.h>

#include "base/utf8.h"
#include "query/logql/go_text.h"

namespace oc::query {

namespace {

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class PathReader {
 public:
  explicit PathReader(std::string_view expression) : whole_(expression), rest_(expression) {}

  Result<std::vector<FieldStep>> read() {
    std::vector<FieldStep> steps;
    while (!rest_.empty()) {
      if (rest_[0] == '[') {
        OC_TRY_ASSIGN(auto step, bracket());
        steps.push_back(std::move(step));
        continue;
      }
      if (!steps.empty() && rest_[0] == '.') rest_.remove_prefix(1);
      OC_TRY_ASSIGN(auto step, name());
      steps.push_back(std::move(step));
    }
    if (steps.empty()) return fail("unexpected end of input");
    return steps;
  }

 private:
  std::unexpected<Error> fail(std::string_view what) const {
    return permanent(fmt::format("cannot parse expression [{}]: {}", whole_, what));
  }
  std::unexpected<Error> unexpected_character() const {
    if (rest_.empty()) return fail("unexpected end of input");
    const auto length = std::max<std::size_t>(1, utf8_length(rest_));
    return fail(fmt::format("unexpected char {}", rest_.substr(0, length)));
  }

  Result<FieldStep> name() {
    if (rest_.empty() || !is_name_start(rest_[0])) return unexpected_character();
    std::size_t end = 0;
    while (end < rest_.size() && (is_name_start(rest_[end]) || is_digit(rest_[end]))) ++end;
    FieldStep step{.name = std::string(rest_.substr(0, end))};
    rest_.remove_prefix(end);
    if (!rest_.empty() && rest_[0] != '.' && rest_[0] != '[') return unexpected_character();
    return step;
  }

  Result<FieldStep> bracket() {
    rest_.remove_prefix(1);
    FieldStep step;
    if (rest_.starts_with('"')) {
      auto end = std::size_t{1};
      while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
      auto text = end < rest_.size() ? go_unquote(rest_.substr(0, end + 1)) : std::nullopt;
      if (!text) return fail("unterminated string");
      step.name = std::move(*text);
      rest_.remove_prefix(end + 1);
    } else {
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), step.index);
      if (error != std::errc()) return unexpected_character();
      step.is_index = true;
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    }
    if (!rest_.starts_with(']')) return unexpected_character();
    rest_.remove_prefix(1);
    return step;
  }

  std::string_view whole_;
  std::string_view rest_;
};

}  // namespace

Result<std::vector<LabelExtraction>> parse_label_extractions(TokenCursor& cursor) {
  std::vector<LabelExtraction> extractions;
  if (cursor.peek().kind != TokenKind::kIdentifier) return extractions;
  do {
    OC_TRY_ASSIGN(auto label, cursor.expect(TokenKind::kIdentifier, "IDENTIFIER"));
    LabelExtraction extraction{.label = label.text, .expression = label.text};
    if (cursor.take_if("=")) {
      OC_TRY_ASSIGN(auto expression, cursor.expect(TokenKind::kString, "STRING"));
      extraction.expression = std::move(expression.text);
    }
    extractions.push_back(std::move(extraction));
  } while (cursor.take_if(","));
  if (cursor.peek().kind == TokenKind::kIdentifier) return cursor.unexpected();
  return extractions;
}

std::string to_text(const std::vector<LabelExtraction>& extractions) {
  std::string text;
  for (const auto& extraction : extractions) {
    text += fmt::format("{}{}={}", text.empty() ? " " : ",", extraction.label, go_quote(extraction.expression));
  }
  return text;
}

Result<std::vector<FieldStep>> parse_field_path(std::string_view expression) { return PathReader(expression).read(); }

}  // namespace oc::query
