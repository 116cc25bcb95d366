#include "query/logql/pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/utf8.h"

namespace oc::query {

namespace {

// Memory of one compiled expression, its automaton's cache included; queries hold a handful of them.
constexpr std::int64_t kMaxPatternBytes = 8 << 20;

std::string_view go_error_text(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case RE2::ErrorPatternTooLarge:
      return "expression too large";
    default:
      return "invalid expression";
  }
}

std::unexpected<Error> parse_error(const RE2& compiled, std::string_view expression) {
  // Go names the whole expression for a parenthesis that does not pair, the offending part for all else.
  const bool whole = compiled.error_code() == RE2::ErrorMissingParen || compiled.error_arg().empty();
  return permanent(fmt::format("error parsing regexp: {}: `{}`", go_error_text(compiled.error_code()),
                               whole ? std::string(expression) : compiled.error_arg()));
}

}  // namespace

struct Pattern::Impl {
  std::optional<std::vector<LiteralTest>> literals;
  std::unique_ptr<RE2> engine;  // null where `literals` decide
  PatternUse use = PatternUse::kPartOfText;

  bool engine_matches(std::string_view text) const {
    const re2::StringPiece piece(text.data(), text.size());
    return engine->Match(piece, 0, text.size(), use == PatternUse::kPartOfText ? RE2::UNANCHORED : RE2::ANCHOR_BOTH,
                         nullptr, 0);
  }
};

Pattern::Pattern(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view expression, PatternUse use) {
  auto impl = std::make_unique<Impl>();
  impl->use = use;
  impl->literals = as_literal_tests(expression, use);
  if (impl->literals) return Pattern(std::move(impl));

  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternBytes);
  options.set_dot_nl(use != PatternUse::kPartOfText);
  impl->engine = std::make_unique<RE2>(re2::StringPiece(expression.data(), expression.size()), options);
  if (!impl->engine->ok()) return parse_error(*impl->engine, expression);
  return Pattern(std::move(impl));
}

bool Pattern::needs_engine() const { return impl_->engine != nullptr; }

bool Pattern::matches(std::string_view text) const {
  if (impl_->literals) {
    return std::ranges::any_of(*impl_->literals, [&](const LiteralTest& test) { return test.matches(text); });
  }
  if (impl_->engine_matches(text)) return true;
  // RE2 never lets `.` or a class take an invalid byte, Go reads it as U+FFFD.
  if (is_utf8(text)) return false;
  return impl_->engine_matches(to_utf8(text));
}

}  // namespace oc::query
