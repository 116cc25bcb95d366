#include "query/logql/regex_engine.h"

#include <algorithm>
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

std::unexpected<Error> go_error(std::string_view text, std::string_view argument) {
  return permanent(fmt::format("error parsing regexp: {}: `{}`", text, argument));
}

// (?<= and (?<!, which Go takes for the begin of a name.
std::string_view look_behind(std::string_view expression) {
  const auto at = std::min(expression.find("(?<="), expression.find("(?<!"));
  if (at == std::string_view::npos) return {};
  const auto end = expression.find('>', at);
  return expression.substr(at, end == std::string_view::npos ? end : end + 1 - at);
}

std::unexpected<Error> go_error(const RE2& compiled, std::string_view expression) {
  const auto code = compiled.error_code();
  const auto& argument = compiled.error_arg();
  if (code == RE2::ErrorTrailingBackslash) return go_error(go_error_text(code), {});
  if (code == RE2::ErrorBadPerlOp && argument == "(?<" && !look_behind(expression).empty()) {
    return go_error(go_error_text(RE2::ErrorBadNamedCapture), look_behind(expression));
  }
  if (argument.starts_with("(?P<") && expression.find(argument) == std::string_view::npos) {
    return go_error(go_error_text(code), "(?" + argument.substr(3));  // as written, see with_python_names()
  }
  // Go names the whole expression for a parenthesis that does not pair, the offending part for all else.
  const bool whole = code == RE2::ErrorMissingParen || argument.empty();
  return go_error(go_error_text(code), whole ? expression : argument);
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
