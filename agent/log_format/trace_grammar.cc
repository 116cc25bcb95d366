#include "agent/log_format/trace_grammar.h"

#include <algorithm>

#include "agent/log_format/trace_patterns.h"

namespace oc::agent {
namespace {

using LinesView = std::span<const std::string_view>;

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\f\v") == std::string_view::npos; }
bool is_indented(std::string_view line) { return !line.empty() && (line[0] == ' ' || line[0] == '\t'); }

std::string_view line_at(LinesView lines, std::size_t at) { return at < lines.size() ? lines[at] : std::string_view(); }

// A message may take some lines before the first frame.
bool frame_follows(LinesView lines, std::size_t at, std::size_t within) {
  for (std::size_t i = at + 1; i < std::min(lines.size(), at + 1 + within); ++i) {
    if (is_call_frame(lines[i])) return true;
  }
  return false;
}

bool caret_follows(LinesView lines, std::size_t at) {
  constexpr std::size_t kCodeLines = 3;
  for (std::size_t i = at + 1; i < std::min(lines.size(), at + 1 + kCodeLines); ++i) {
    if (is_caret_line(lines[i])) return true;
  }
  return false;
}

bool sanitizer_report_follows(LinesView lines, std::size_t at) {
  return is_rule_line(lines[at]) && header_kind(line_at(lines, at + 1)) == TraceKind::kSanitizer;
}

std::string_view next_text(LinesView lines, std::size_t at) {
  while (at < lines.size() && is_blank(lines[at])) ++at;
  return line_at(lines, at);
}

}  // namespace

TraceKind trace_begins(LinesView lines, std::size_t at) {
  const std::string_view line = lines[at];
  if (is_blank(line) || is_cause_line(line)) return TraceKind::kNone;
  if (const TraceKind kind = header_kind(line); kind != TraceKind::kNone) return kind;
  if (sanitizer_report_follows(lines, at)) return TraceKind::kSanitizer;
  if (is_indented(line) || is_continuation(line)) return TraceKind::kNone;
  if (is_source_location(line) && caret_follows(lines, at)) return TraceKind::kNodeCode;
  constexpr std::size_t kMessageLines = 4;
  if (is_exception_line(line) && frame_follows(lines, at, kMessageLines)) return TraceKind::kCalls;
  // Any line directly above a frame: "request failed RangeError: …", Perl's die.
  return frame_follows(lines, at, 1) && !is_call_frame(line) ? TraceKind::kCalls : TraceKind::kNone;
}

bool is_continuation(std::string_view line) { return is_blank(line) || is_indented(line) || is_attached_line(line); }

void TraceFollower::begin(TraceKind kind, std::string_view header) {
  kind_ = kind;
  message_open_ = true;
  closed_ = false;
  lines_ = 0;
  if (kind == TraceKind::kSanitizer && !is_rule_line(header)) lines_ = 1;
}

bool TraceFollower::goes_on(LinesView lines, std::size_t at) {
  const std::string_view line = lines[at];
  ++lines_;
  if (is_indented(line) && kind_ != TraceKind::kRuby && header_kind(line) == TraceKind::kRuby)
    return false;  // Rails indents its headers
  switch (kind_) {
    case TraceKind::kNone:
      return false;
    case TraceKind::kPython:
      return python_goes_on(lines, at);
    case TraceKind::kCalls:
      return calls_go_on(lines, at);
    case TraceKind::kGo:
      return go_goes_on(line);
    case TraceKind::kNodeCode:
      return node_code_goes_on(lines, at);
    case TraceKind::kRuby:
      return is_blank(line) || is_ruby_frame(line);
    case TraceKind::kRust:
      return rust_goes_on(line);
    case TraceKind::kSanitizer:
      return sanitizer_goes_on(line);
    case TraceKind::kValgrind:
      return line.starts_with("==") && header_kind(line) == TraceKind::kValgrind;
    case TraceKind::kNative:
      return is_continuation(line) || is_native_frame(line);
    case TraceKind::kReport:
      return report_goes_on(line);
  }
  return false;
}

// Frames are indented; the first line at the margin is the exception, and only a chained one may follow it.
bool TraceFollower::python_goes_on(LinesView lines, std::size_t at) {
  const std::string_view line = lines[at];
  if (is_indented(line) || line.starts_with("File \"") || line.starts_with("> File \"")) return true;
  if (is_chain_line(line)) {
    message_open_ = true;
    closed_ = false;
    return true;
  }
  if (is_blank(line)) return !closed_ || is_chain_line(next_text(lines, at));
  if (line.starts_with("Traceback (")) return message_open_ && !closed_;
  if (closed_) return false;
  closed_ = true;
  return true;
}

// The message is open until the first frame, and again behind each cause.
bool TraceFollower::calls_go_on(LinesView lines, std::size_t at) {
  const std::string_view line = lines[at];
  constexpr int kLongestMessage = 12;
  if (is_call_frame(line)) {
    message_open_ = false;
    return true;
  }
  if (is_cause_line(line)) {
    message_open_ = true;
    lines_ = 0;
    return true;
  }
  if (is_continuation(line)) return true;
  return message_open_ && lines_ <= kLongestMessage && frame_follows(lines, at, kLongestMessage);
}

bool TraceFollower::go_goes_on(std::string_view line) {
  if (is_continuation(line)) {
    message_open_ &= !is_blank(line);
    return true;
  }
  if (line.starts_with("panic: ") || line.starts_with("fatal error: ")) return lines_ <= 1;
  constexpr int kLongestMessage = 8;
  return is_go_line(line) || (message_open_ && lines_ <= kLongestMessage && header_kind(line) == TraceKind::kNone &&
                              !is_exception_line(line));
}

// The code ends with a blank line; what follows is a trace of calls.
bool TraceFollower::node_code_goes_on(LinesView lines, std::size_t at) {
  constexpr int kLongestCode = 8;
  if (is_blank(lines[at])) {
    begin(TraceKind::kCalls, lines[at]);
    return true;
  }
  return lines_ <= kLongestCode;
}

// The message stands at the margin until the backtrace or the note that ends the report.
bool TraceFollower::rust_goes_on(std::string_view line) {
  if (line.starts_with("note: ")) {
    message_open_ = false;
    return true;
  }
  if (line.starts_with("stack backtrace:")) {
    message_open_ = false;
    return true;
  }
  constexpr int kLongestMessage = 8;
  if (is_continuation(line)) return true;
  return message_open_ && lines_ <= kLongestMessage && header_kind(line) == TraceKind::kNone;
}

bool TraceFollower::sanitizer_goes_on(std::string_view line) {
  constexpr int kLongestReport = 400;  // heap dumps with many threads stay below
  if (closed_) return false;
  if (is_rule_line(line)) {
    closed_ = true;
    return true;
  }
  if (line.starts_with("==") && line.ends_with("==ABORTING")) {
    closed_ = true;
    return true;
  }
  if (line.starts_with("SUMMARY: ")) {
    message_open_ = false;
    return true;
  }
  return message_open_ ? lines_ <= kLongestReport : is_sanitizer_tail(line);
}

// A heading, indented lines, and texts with a colon at their end or a line of text behind such.
bool TraceFollower::report_goes_on(std::string_view line) {
  constexpr int kLongestReport = 40;
  if (is_continuation(line)) {
    closed_ = false;
    return lines_ <= kLongestReport;
  }
  const bool heading = line.ends_with(':') || line.find(": ") != std::string_view::npos;
  if (heading && header_kind(line) == TraceKind::kNone && !is_exception_line(line)) {
    message_open_ = true;
    return lines_ <= kLongestReport;
  }
  const bool behind_heading = message_open_;
  message_open_ = false;
  return behind_heading;
}

}  // namespace oc::agent
