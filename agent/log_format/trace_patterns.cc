#include "agent/log_format/trace_patterns.h"

#include <string>
#include <vector>

#include <re2/re2.h>
#include <re2/set.h>

namespace oc::agent {
namespace {

// Lines are judged by their front; a longer one is cut there.
constexpr std::size_t kJudgedBytes = 1024;

re2::StringPiece piece(std::string_view line) { return {line.data(), std::min(line.size(), kJudgedBytes)}; }

bool matches(std::string_view line, const RE2& pattern) { return RE2::PartialMatch(piece(line), pattern); }

struct Header {
  const char* pattern;
  TraceKind kind;
};

constexpr Header kHeaders[] = {
    {R"(^\s*(?:\+ Exception Group )?Traceback \(most recent call last\):)", TraceKind::kPython},
    {R"(^Exception in thread ")", TraceKind::kCalls},
    {R"(^Unhandled [Ee]xception(?:\. |: |:$))", TraceKind::kCalls},
    {R"(^exception '[\w\\]+' with message )", TraceKind::kCalls},
    {R"(^PHP (?:Fatal error|Parse error|Warning|Notice|Deprecated): )", TraceKind::kCalls},
    {R"(^(?:Fatal error|Parse error|Warning|Notice): .* in \S+\.php(?::| on line )\d+)", TraceKind::kCalls},
    {R"(^Uncaught \S)", TraceKind::kCalls},
    {R"(^(?:panic|fatal error): )", TraceKind::kGo},
    {R"(^(?:goroutine \d+ .*\[.*\]:|SIG[A-Z]+: |unexpected fault address ))", TraceKind::kGo},
    {R"(^thread '.*' (?:\(\d+\) )?panicked at )", TraceKind::kRust},
    {R"(^\S+\.rb:\d+:in [`'].*': \S)", TraceKind::kRuby},
    {R"(^ ?[A-Z]\w*(?:::\w+)*(?:Error|Exception|NotFound|Timeout|[a-z]) \(.*\):\s*$)", TraceKind::kRuby},
    {R"(^==\d+==\s?ERROR: )", TraceKind::kSanitizer},
    {R"(^WARNING: \w+Sanitizer: )", TraceKind::kSanitizer},
    {R"(^==\d+== )", TraceKind::kValgrind},
    {R"(^Program (?:terminated|received) )", TraceKind::kNative},
    {R"(^(?:Swift/\S+: )?Fatal error: )", TraceKind::kNative},
    {R"(^=[A-Z]+ REPORT==== )", TraceKind::kReport},
    {R"(^(?:Execution|Syntax) error .*at )", TraceKind::kReport},
    {R"(^lua(?:jit)?[\d.]*: )", TraceKind::kReport},
    {R"(^\*\* \(\w[\w.]*\) )", TraceKind::kReport},
    {R"(^Error in .+ : *$)", TraceKind::kReport},
    {R"(^ERROR: LoadError: )", TraceKind::kReport},
};

const RE2::Set& header_set() {
  static const RE2::Set* const set = [] {
    auto* patterns = new RE2::Set(RE2::Options(), RE2::UNANCHORED);
    for (const auto& header : kHeaders) patterns->Add(header.pattern, nullptr);
    patterns->Compile();
    return patterns;
  }();
  return *set;
}

}  // namespace

TraceKind header_kind(std::string_view line) {
  std::vector<int> hits;
  if (!header_set().Match(piece(line), &hits) || hits.empty()) return TraceKind::kNone;
  int first = hits[0];
  for (const int hit : hits) first = std::min(first, hit);
  return kHeaders[first].kind;
}

bool is_exception_line(std::string_view line) {
  static const RE2 pattern(
      R"(^\[?(?:[A-Za-z_$][\w$]*[.:\\/]+)*[A-Za-z_$][\w$]*(?:Exception|Error|Throwable|Failure|Fault|Exit|Interrupt|Rejection)(?: \[\w+\]| \(.*\))?\]?(?::|$))");
  return matches(line, pattern);
}

bool is_call_frame(std::string_view line) {
  static const RE2 pattern(
      R"(^\s+at [\w$<\[(/\.]|^\s*at [\w$.<>/]+\(.*\)|^\s*#\d+\s+\S|^\s+from \S+:\d+|^\s*\.\.\. \d+ (?:more|common|lines)|^\s+at .+ line \d+|^\s+in .+:line \d+)");
  return matches(line, pattern);
}

bool is_cause_line(std::string_view line) {
  static const RE2 pattern(
      R"(^\s*(?:Caused by:|Suppressed:|--->|--- End|\[(?:cause|errors)\]|Wrapped by:|Next [\w\\]+(?:: | in )|for call at$|caused by ))");
  return matches(line, pattern);
}

bool is_source_location(std::string_view line) {
  static const RE2 pattern(R"(^(?:node:|file:///?|/|\.{0,2}/|[A-Za-z]:\\|<anonymous|\[eval\]|evalmachine)\S*:\d+$)");
  return matches(line, pattern);
}

bool is_caret_line(std::string_view line) {
  static const RE2 pattern(R"(^\s*\^+\s*$)");
  return matches(line, pattern);
}

bool is_chain_line(std::string_view line) {
  static const RE2 pattern(R"(^(?:During handling of the above exception|The above exception was the direct cause))");
  return matches(line, pattern);
}

bool is_go_line(std::string_view line) {
  static const RE2 pattern(
      R"(^(?:goroutine |created by |\[signal |\[recovered|exit status |runtime stack:|PC=|rip|\S+\(.*\)$|[a-z]\w{1,7} +0x[0-9a-f]+|-----|\.\.\.additional frames|panic: |main\.|runtime\.))");
  return matches(line, pattern);
}

bool is_sanitizer_tail(std::string_view line) {
  static const RE2 pattern(R"(^(?:\s|Shadow|=>0x|==\d+==ABORTING|Thread T\d|Address |HINT|$))");
  return matches(line, pattern);
}

bool is_ruby_frame(std::string_view line) {
  static const RE2 pattern(R"(^(?:\s|\S+:\d+:in |[\w-]+ \([\w.]+\) \S+:\d+:in |\S+:\d+: ))");
  return matches(line, pattern);
}

bool is_native_frame(std::string_view line) {
  static const RE2 pattern(
      R"(^(?:#\d+\s|\d+\t|\d+\s+\S+\s+0x|\(More stack|\[(?:New|Current|Switching)|warning: |Current stack|Crash|Illegal|Stack dump))");
  return matches(line, pattern);
}

bool is_rule_line(std::string_view line) {
  return line.size() >= 10 && line.find_first_not_of('=') == std::string_view::npos;
}

bool is_attached_line(std::string_view line) {
  static const RE2 pattern(
      R"(^(?:[\])}]+[\])},;:]*\s*$|Caused by:|Suppressed:|\.\.\. \d+ |\s*-->|--->|--- End|(?i:stack ?trace:|\[stacktrace\]|stack backtrace:|current stack trace:)|#\d+ +\S|goroutine \d|created by \S+\.|Node\.js v\d|note: run with |exit status \d+$|The above exception|During handling of the above))");
  return matches(line, pattern);
}

}  // namespace oc::agent
