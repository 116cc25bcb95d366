#include "agent/log_format/line_shapes.h"

#include <algorithm>
#include <array>

#include <re2/re2.h>

#include "formats/json_fields.h"
#include "formats/logfmt.h"

namespace oc::agent {
namespace {

constexpr std::size_t kJudgedBytes = 4096;

bool matches(std::string_view line, const RE2& pattern) {
  return RE2::PartialMatch(re2::StringPiece(line.data(), std::min(line.size(), kJudgedBytes)), pattern);
}

bool is_log_key(std::string_view key) {
  constexpr std::array<std::string_view, 21> kKeys = {
      "time",  "ts",       "t",         "timestamp", "@timestamp", "date",          "level",
      "lvl",   "severity", "log.level", "levelname", "msg",        "message",       "log",
      "event", "@t",       "@m",        "@mt",       "text",       "short_message", "timeUnixNano"};
  return std::ranges::find(kKeys, key) != kKeys.end();
}

bool is_json_record(std::string_view line) {
  bool known = false;
  const auto status =
      formats::for_each_json_member(line, [&](std::string_view key, std::string_view) { known |= is_log_key(key); });
  return status.has_value() && known;
}

bool is_clf(std::string_view line) {
  static const RE2 pattern(
      R"(^(?:\S+ )?\S+ \S+ \S+ \[\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2}(?:\.\d+)?(?: [+-]\d{4})?\] ")");
  return matches(line, pattern);
}

bool is_rfc5424(std::string_view line) {
  static const RE2 pattern(R"(^<\d{1,3}>[1-9]\d? (?:-|\d{4}-\d{2}-\d{2}T\S+) \S+ \S+ \S+ \S+ (?:-|\[))");
  return line.starts_with('<') && matches(line, pattern);
}

// RFC 3164 as it is found in files: the priority is mostly gone. Without a host and a tag it is only a time.
bool is_rfc3164(std::string_view line) {
  static const RE2 pattern(
      R"(^(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} [\w.:\-]+ [^\s:\[\]]+(?:\[[^\]]*\])?(?: [\w.\-]{1,24})?:(?: |$))");
  return matches(line, pattern);
}

bool is_klog(std::string_view line) {
  static const RE2 pattern(R"(^[IWEFD]\d{4} \d{2}:\d{2}:\d{2}\.\d{6}\s+\d+ \S+:\d+\])");
  return matches(line, pattern);
}

bool is_key(std::string_view text) {
  static const RE2 pattern(R"([A-Za-z_][\w.\-/]*)");
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

struct Pairs {
  std::size_t pairs = 0;
  std::size_t words = 0;  // without "="
  bool clean = true;
};

Pairs logfmt_pairs(std::string_view line) {
  Pairs out;
  out.clean =
      formats::for_each_logfmt_field(line.substr(0, kJudgedBytes), [&](std::string_view key, std::string_view value) {
        const bool pair = is_key(key) && line.find(std::string(key) + "=") != std::string_view::npos;
        const bool separated = value.ends_with(',') || value.ends_with(';') || value.ends_with('|');
        (pair && !separated ? out.pairs : out.words)++;
      });
  return out;
}

bool is_logfmt(std::string_view line) {
  const Pairs pairs = logfmt_pairs(line);
  return pairs.clean && pairs.pairs >= 3 && pairs.words * 10 <= pairs.pairs;
}

// Nearly all text behind a date, a time and a level is pairs, but they are set apart by commas, bars or semicolons, or
// that front has no key.
bool is_key_value(std::string_view line) {
  static const RE2 pair(R"((?:^|[\s,;|])[A-Za-z_][\w.\-]* ?= ?(?:"[^"]*"|'[^']*'|\[[^\]]*\]|[^\s,;|"]*))");
  constexpr std::ptrdiff_t kFrontWords = 3;
  re2::StringPiece rest(line.data(), std::min(line.size(), kJudgedBytes));
  const char* const end = rest.data() + rest.size();
  const char* first = nullptr;
  std::ptrdiff_t covered = 0;
  int pairs = 0;
  re2::StringPiece hit;
  while (pair.Match(rest, 0, rest.size(), RE2::UNANCHORED, &hit, 1)) {
    if (first == nullptr) first = hit.data();
    ++pairs;
    covered += static_cast<std::ptrdiff_t>(hit.size());
    rest.remove_prefix(static_cast<std::size_t>(hit.data() - rest.data()) + hit.size());
  }
  return pairs >= 3 && std::count(line.data(), first, ' ') < kFrontWords && covered * 4 >= (end - first) * 3;
}

}  // namespace

std::string_view to_string(LineShape shape) {
  switch (shape) {
    case LineShape::kText:
      return "text";
    case LineShape::kJson:
      return "ndjson";
    case LineShape::kClf:
      return "clf";
    case LineShape::kSyslogRfc3164:
      return "syslog-rfc3164";
    case LineShape::kSyslogRfc5424:
      return "syslog-rfc5424";
    case LineShape::kKlog:
      return "klog";
    case LineShape::kLogfmt:
      return "logfmt";
    case LineShape::kKeyValue:
      return "keyvalue";
  }
  return "text";
}

LineShape line_shape(std::string_view line) {
  if (line.starts_with('{')) return is_json_record(line) ? LineShape::kJson : LineShape::kText;
  if (is_rfc5424(line)) return LineShape::kSyslogRfc5424;
  if (is_rfc3164(line)) return LineShape::kSyslogRfc3164;
  if (is_klog(line)) return LineShape::kKlog;
  if (is_clf(line)) return LineShape::kClf;
  if (line.find('=') == std::string_view::npos) return LineShape::kText;
  if (is_logfmt(line)) return LineShape::kLogfmt;
  return is_key_value(line) ? LineShape::kKeyValue : LineShape::kText;
}

std::string clf_dialect(std::string_view line) {
  static const RE2 combined(R"(\] "(?:[^"\\]|\\.)*" \d{3} \S+ "(?:[^"\\]|\\.)*" ")");
  static const RE2 vhost(R"(^\S+ \S+ \S+ \S+ \[)");
  if (!matches(line, combined)) return "common";
  return matches(line, vhost) ? "combined-vhost" : "combined";
}

std::vector<std::string> clf_fields(std::string_view dialect) {
  std::vector<std::string> fields = {"remote_addr", "ident", "user", "time", "request", "status", "bytes"};
  if (dialect != "common") fields.insert(fields.end(), {"referer", "user_agent"});
  if (dialect == "combined-vhost") fields.insert(fields.begin(), "vhost");
  return fields;
}

}  // namespace oc::agent
