#include "agent/log_format/record_splitter.h"

#include <re2/re2.h>

#include "agent/log_format/severity_in_text.h"
#include "agent/log_format/trace_grammar.h"
#include "agent/log_format/trace_patterns.h"

namespace oc::agent {
namespace {

// Walks the lines of one stream and says of each whether it starts a record.
class Splitter {
 public:
  // `levels_continue`: lines that a level opens go on with the head before them (java.util.logging's second lines).
  Splitter(Lines lines, bool levels_continue) : lines_(lines), levels_continue_(levels_continue) {}

  bool head(std::size_t at) {
    const bool python = lines_[at].ends_with("Traceback (most recent call last):");
    start(at, python ? TraceKind::kPython : TraceKind::kNone);
    return true;
  }

  // A line that is no head by its text; `default_start`: what it is where no grammar says otherwise.
  bool other(std::size_t at, bool default_start) {
    if (at == 0) {
      start(at, trace_begins(lines_, at));
      return true;
    }
    if (trace_.active() && trace_.goes_on(lines_, at)) return false;
    const TraceKind kind = trace_begins(lines_, at);
    if (kind != TraceKind::kNone) return begin_trace(at, kind);
    trace_.end();
    has_trace_ |= is_call_frame(lines_[at]);
    if (!default_start && is_foreign_head(at)) return begin_trace(at, TraceKind::kNone);
    if (!default_start || is_continuation(lines_[at]) || lines_[at - 1].ends_with('\\')) return false;
    start(at, TraceKind::kNone);
    return true;
  }

 private:
  void start(std::size_t at, TraceKind kind) {
    start_ = at;
    has_trace_ = kind != TraceKind::kNone;
    trace_.end();
    if (has_trace_) trace_.begin(kind, lines_[at]);
  }

  bool begin_trace(std::size_t at, TraceKind kind) {
    if (has_trace_ || !speaks_of_failure(lines_[start_])) {
      start(at, kind);
      return true;
    }
    has_trace_ = kind != TraceKind::kNone;
    if (has_trace_) trace_.begin(kind, lines_[at]);
    return false;
  }

  // Another logger's record among the file's own: a level opens it and more lines follow.
  bool is_foreign_head(std::size_t at) const {
    if (levels_continue_ || at + 1 >= lines_.size() || !starts_with_level(lines_[at])) return false;
    const bool followed = !lines_[at + 1].empty() && is_continuation(lines_[at + 1]);
    return followed || header_kind(lines_[at + 1]) != TraceKind::kNone;
  }

  Lines lines_;
  bool levels_continue_;
  TraceFollower trace_;
  std::size_t start_ = 0;   // of the record at hand
  bool has_trace_ = false;  // the record at hand holds a trace already
};

bool levels_follow_heads(Lines lines, const std::vector<bool>& heads) {
  std::size_t count = 0;
  std::size_t followed = 0;
  for (std::size_t at = 0; at + 1 < lines.size(); ++at) {
    count += heads[at];
    followed += heads[at] && !heads[at + 1] && starts_with_level(lines[at + 1]);
  }
  return followed * 4 > count;
}

}  // namespace

bool speaks_of_failure(std::string_view line) {
  static const RE2 words(
      R"((?i)\b(?:fail(?:ed|s|ure|ing)?|errors?|exceptions?|unhandled|uncaught|panic(?:ked)?|crash(?:ed)?|abort(?:ed)?|fatal|thrown|threw|died|killed|terminat(?:ed|ing)|could not|cannot|can't|unable|timed? ?out|timeout|refused|denied|traceback|rejected|broken|invalid|unexpected)\b)");
  const auto severity = level_word(line, {});
  if (severity && *severity >= formats::Severity::kError) return true;
  constexpr std::size_t kJudgedBytes = 1024;
  return RE2::PartialMatch(re2::StringPiece(line.data(), std::min(line.size(), kJudgedBytes)), words);
}

std::vector<bool> split_at_heads(Lines lines, const std::vector<bool>& heads) {
  std::vector<bool> starts(lines.size());
  Splitter splitter(lines, levels_follow_heads(lines, heads));
  for (std::size_t at = 0; at < lines.size(); ++at)
    starts[at] = heads[at] ? splitter.head(at) : splitter.other(at, false);
  return starts;
}

std::vector<bool> split_by_grammar(Lines lines) {
  std::vector<bool> starts(lines.size());
  Splitter splitter(lines, /*levels_continue=*/false);
  for (std::size_t at = 0; at < lines.size(); ++at) starts[at] = splitter.other(at, true);
  return starts;
}

}  // namespace oc::agent
