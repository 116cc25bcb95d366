#include "query/logql/regex_engine.h"

#include <string>

#include <fmt/format.h>

#include "formats/regex/go_syntax.h"

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

std::unexpected<Error> go_error(const RE2& compiled, std::string_view expression) {
  // Go names the whole expression for a parenthesis that does not pair, the offending part for all else.
  const bool whole = compiled.error_code() == RE2::ErrorMissingParen || compiled.error_arg().empty();
  return permanent(fmt::format("error parsing regexp: {}: `{}`", go_error_text(compiled.error_code()),
                               whole ? std::string(expression) : compiled.error_arg()));
}

}  // namespace

Result<std::unique_ptr<RE2>> compile_engine(std::string_view expression, bool dot_takes_newline) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternBytes);
  options.set_dot_nl(dot_takes_newline);
  auto engine = std::make_unique<RE2>(formats::with_python_names(expression), options);
  if (!engine->ok()) return go_error(*engine, expression);
  if (formats::cuts_characters(expression)) return permanent("error parsing regexp: invalid escape sequence: `\\C`");
  return engine;
}

}  // namespace oc::query
