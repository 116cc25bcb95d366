#include "agent/log_format/mixed_shape.h"

#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "agent/log_format/json_record.h"
#include "agent/log_format/line_shapes.h"
#include "agent/log_format/record_splitter.h"
#include "agent/log_format/severity_in_text.h"
#include "agent/log_format/stamp_place.h"
#include "agent/log_format/trace_grammar.h"
#include "formats/find_timestamp.h"

namespace oc::agent {
namespace {

// logfmt and pairs are one family: a line with few pairs is no other format.
LineShape merged(LineShape shape) { return shape == LineShape::kKeyValue ? LineShape::kLogfmt : shape; }

bool near_the_front(std::string_view line, const formats::FoundTimestamp& stamp) {
  constexpr std::size_t kFrontBytes = 80;
  return stamp.start < kFrontBytes && !line.starts_with(' ') && !line.starts_with('\t');
}

class MixedReader final : public RecordReader {
 public:
  explicit MixedReader(JsonKeys keys) : keys_(std::move(keys)) {}

  LineFacts read(Lines lines) const override {
    LineFacts facts = empty_facts(lines.size());
    std::vector<bool> heads(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const JsonMembers members = lines[i].starts_with('{') ? read_json_members(lines[i], keys_) : JsonMembers{};
      auto stamp = members.valid ? members.time : formats::find_timestamp(lines[i]);
      heads[i] = members.valid || (stamp && near_the_front(lines[i], *stamp)) || starts_with_level(lines[i]);
      if (!heads[i]) continue;
      const Span span = stamp && !members.valid ? Span{stamp->start, stamp->end} : Span{};
      facts.severity[i] = members.valid ? members.severity : severity_of_text(lines[i], span);
      if (stamp) facts.time[i] = stamp->time;
    }
    facts.record_start = split_at_heads(lines, heads);
    return facts;
  }

  std::optional<formats::TimeParts> time_of(std::string_view line) const override {
    const auto stamp = formats::find_timestamp(line);
    if (!stamp || !near_the_front(line, *stamp)) return std::nullopt;
    return stamp->time;
  }

 private:
  static std::optional<formats::Severity> severity_of_text(std::string_view line, Span timestamp) {
    if (const auto priority = severity_at(SeverityPlace::kPriority, line, {})) return priority;
    return level_word(line, timestamp);
  }

  JsonKeys keys_;
};

struct Census {
  std::map<LineShape, std::size_t> shapes;  // of lines that are heads of records
  std::vector<std::string_view> objects;
  std::size_t heads = 0;

  explicit Census(Lines lines) {
    const auto grammar = split_by_grammar(lines);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const LineShape shape = merged(line_shape(lines[i]));
      const auto stamp = shape == LineShape::kText ? formats::find_timestamp(lines[i]) : std::nullopt;
      const bool head = shape != LineShape::kText || (stamp && near_the_front(lines[i], *stamp)) ||
                        (grammar[i] && starts_with_level(lines[i]));
      if (!head) continue;
      ++heads;
      ++shapes[shape];
      if (shape == LineShape::kJson) objects.push_back(lines[i]);
    }
  }
};

}  // namespace

std::optional<InferenceReport> recognise_mixed(Lines lines) {
  const Census census(lines);
  std::vector<std::pair<std::size_t, LineShape>> ranked;
  for (const auto& [shape, count] : census.shapes) ranked.emplace_back(count, shape);
  std::ranges::sort(ranked, std::greater<>());
  constexpr std::size_t kFewestLines = 3;
  // A tenth of the lines is no stray; and shapes that a line can have by chance (pairs) do not make a file mixed.
  if (ranked.size() < 2 || ranked[1].first < kFewestLines || ranked[1].first * 10 < census.heads) return std::nullopt;
  const auto [first, second] = std::pair(ranked[0].second, ranked[1].second);
  const bool by_chance =
      (first == LineShape::kLogfmt && second == LineShape::kText) ||
      (first == LineShape::kText && second == LineShape::kLogfmt) ||
      (first == LineShape::kSyslogRfc3164 && second != LineShape::kJson && second != LineShape::kClf) ||
      (second == LineShape::kSyslogRfc3164 && first != LineShape::kJson && first != LineShape::kClf);
  if (by_chance || census.heads * 3 < lines.size()) return std::nullopt;
  InferenceReport report;
  report.shape = "mixed";
  report.dialect = fmt::format("{} + {}", to_string(first), to_string(second));
  report.reader = std::make_shared<MixedReader>(find_json_keys(census.objects));
  const auto facts = report.reader->read(lines);
  report.multiline = std::ranges::count(facts.record_start, false) > 0;
  report.confidence = confidence_of(ranked[0].first + ranked[1].first, census.heads);
  report.reason = fmt::format("two formats in one file: {} lines of {}, {} of {}", ranked[0].first, to_string(first),
                              ranked[1].first, to_string(second));
  return report;
}

}  // namespace oc::agent
