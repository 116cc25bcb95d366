#include "agent/log_format/text_shape.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "agent/log_format/line_shapes.h"
#include "agent/log_format/record_splitter.h"
#include "agent/log_format/text_reader.h"
#include "formats/logfmt.h"
#include "formats/time_layout.h"

namespace oc::agent {
namespace {

using formats::FoundTimestamp;
using Stamps = std::vector<std::optional<FoundTimestamp>>;

constexpr double kShapeShare = 0.8;  // of a file's heads that must be of a shape: the rest is noise

Stamps find_stamps(Lines lines) {
  Stamps stamps(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) stamps[i] = formats::find_timestamp(lines[i]);
  return stamps;
}

struct Heads {
  std::vector<std::string_view> first;
  std::vector<std::string_view> second;  // the lines behind them, of records with more than one
  std::vector<Span> timestamps;          // of `first`
};

Heads heads_of(Lines lines, const std::vector<bool>& starts, const Stamps& stamps, const TextPlan& plan) {
  Heads heads;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!starts[i] || lines[i].empty()) continue;
    const bool own = stamps[i] && plan.stamp_place && plan.stamp_place->accepts(lines[i], *stamps[i]);
    if (plan.head_rule == HeadRule::kTimestamp && !own) continue;  // a stack trace that stands alone
    heads.first.push_back(lines[i]);
    heads.timestamps.push_back(own ? Span{stamps[i]->start, stamps[i]->end} : Span{});
    if (i + 1 < lines.size() && !starts[i + 1]) heads.second.push_back(lines[i + 1]);
  }
  return heads;
}

// Timestamps decide where records start if a fair part of the lines that could start one have them; fewer are enough
// where they open the line and the file begins with one.
bool stamps_decide(Lines lines, const Stamps& stamps, const StampPlace& place, const std::vector<bool>& grammar) {
  std::size_t heads = 0;
  std::size_t stamped = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool own = stamps[i] && place.accepts(lines[i], *stamps[i]);
    stamped += own;
    heads += own || (grammar[i] && !lines[i].empty());
  }
  const bool begins = stamps[0] && place.accepts(lines[0], *stamps[0]);
  constexpr std::size_t kFairPart = 4;
  constexpr std::size_t kSmallPart = 10;
  return stamped > 0 && stamped * (begins ? kSmallPart : kFairPart) >= heads;
}

std::string first_word(std::string_view line) { return std::string(line.substr(0, line.find(' '))); }

// git log and the like: the same word opens the line above each timestamp, and no other line.
std::string find_leader(Lines lines, const std::vector<bool>& stamped) {
  std::string leader;
  std::size_t led = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!stamped[i]) continue;
    if (i == 0 || stamped[i - 1] || lines[i - 1].empty() || lines[i - 1][0] == ' ') return {};
    const std::string word = first_word(lines[i - 1]);
    if (leader.empty()) leader = word;
    if (word != leader) return {};
    ++led;
  }
  const auto uses = std::ranges::count_if(lines, [&](std::string_view line) { return first_word(line) == leader; });
  return led >= 2 && static_cast<std::size_t>(uses) == led ? leader : std::string();
}

bool most(Lines lines, const std::vector<bool>& starts, bool (*test)(std::string_view)) {
  std::size_t heads = 0;
  std::size_t hits = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!starts[i] || lines[i].empty()) continue;
    ++heads;
    hits += test(lines[i]);
  }
  return heads > 0 && hits * 10 >= heads * 6;
}

std::vector<bool> mark(Lines lines, const Stamps& stamps, const TextPlan& plan) {
  std::vector<bool> heads(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    heads[i] = plan.head_rule == HeadRule::kLevel   ? starts_with_level(lines[i])
               : plan.head_rule == HeadRule::kPairs ? is_pairs_line(lines[i])
                                                    : stamps[i] && plan.stamp_place->accepts(lines[i], *stamps[i]);
  }
  return heads;
}

TextPlan make_plan(Lines lines, const Stamps& stamps) {
  TextPlan plan;
  const auto grammar = split_by_grammar(lines);
  auto place = StampPlace::find(lines, stamps);
  if (place && stamps_decide(lines, stamps, *place, grammar)) {
    plan.head_rule = HeadRule::kTimestamp;
    plan.stamp_place = std::move(place);
    plan.leader = find_leader(lines, mark(lines, stamps, plan));
  } else if (most(lines, grammar, starts_with_level)) {
    plan.head_rule = HeadRule::kLevel;
  } else if (most(lines, grammar, is_pairs_line)) {
    plan.head_rule = HeadRule::kPairs;
  }
  const auto starts = plan.head_rule == HeadRule::kGrammar ? grammar : split_at_heads(lines, mark(lines, stamps, plan));
  const Heads heads = heads_of(lines, starts, stamps, plan);
  plan.severity_place = find_severity_place(heads.first, heads.timestamps, heads.second);
  return plan;
}

// The line format that nearly all heads have.
LineShape common_shape(Lines heads) {
  std::map<LineShape, std::size_t> counts;
  for (const auto line : heads) ++counts[line_shape(line)];
  for (const auto& [shape, count] : counts) {
    if (static_cast<double>(count) >= kShapeShare * static_cast<double>(heads.size())) return shape;
  }
  const std::size_t pairs = counts[LineShape::kLogfmt] + counts[LineShape::kKeyValue];
  const bool mostly_pairs = static_cast<double>(pairs) >= kShapeShare * static_cast<double>(heads.size());
  return mostly_pairs && pairs > 0 ? LineShape::kKeyValue : LineShape::kText;
}

std::vector<std::string> logfmt_names(Lines heads) {
  constexpr std::size_t kMostNames = 200;
  std::vector<std::string> names;
  for (const auto line : heads) {
    formats::for_each_logfmt_field(line, [&](std::string_view key, std::string_view) {
      if (names.size() < kMostNames && std::ranges::find(names, key) == names.end()) names.emplace_back(key);
    });
  }
  return names;
}

void describe_shape(InferenceReport& report, Lines heads, const TextPlan& plan) {
  const LineShape shape = heads.empty() ? LineShape::kText : common_shape(heads);
  report.shape = to_string(shape);
  if (shape == LineShape::kText && !plan.stamp_place) report.shape = "text-no-timestamp";
  if (shape == LineShape::kJson) report.shape = plan.stamp_place ? "text" : "text-no-timestamp";
  if (shape == LineShape::kClf) {
    report.dialect = clf_dialect(heads[heads.size() / 2]);
    report.fields = clf_fields(report.dialect);
  }
  if (shape == LineShape::kLogfmt || shape == LineShape::kKeyValue) report.fields = logfmt_names(heads);
}

std::string describe_heads(const TextPlan& plan, std::size_t heads, std::size_t lines) {
  switch (plan.head_rule) {
    case HeadRule::kTimestamp:
      return fmt::format("{} of {} lines carry a time as {} ({})", heads, lines, plan.stamp_place->layout(),
                         plan.stamp_place->name());
    case HeadRule::kLevel:
      return fmt::format("no timestamps; a level opens {} of {} lines", heads, lines);
    case HeadRule::kPairs:
      return fmt::format("no timestamps; {} of {} lines are key=value pairs", heads, lines);
    case HeadRule::kGrammar:
      return fmt::format("no timestamps and no levels in {} lines", lines);
  }
  return {};
}

constexpr std::string_view kLevelPattern =
    R"(^[\[<(]?(?i:trace|trce|verbose|debug|dbug|dbg|info|information|inf|notice|warn|warning|wrn|error|err|fail|severe|critical|crit|alert|fatal|emerg|panic)[\])>:\s])";

}  // namespace

InferenceReport recognise_text(Lines raw_lines) {
  std::vector<std::string> storage;
  const auto lines = without_escapes(raw_lines, storage);
  const Stamps stamps = find_stamps(lines);
  TextPlan plan = make_plan(lines, stamps);
  InferenceReport report;
  report.reader = std::make_shared<TextReader>(plan);
  const auto facts = report.reader->read(lines);
  const Heads heads = heads_of(lines, facts.record_start, stamps, plan);
  describe_shape(report, heads.first, plan);
  const auto records = static_cast<std::size_t>(std::ranges::count(facts.record_start, true));
  report.multiline = records < lines.size();
  report.reason = describe_heads(plan, heads.first.size(), lines.size());
  if (report.multiline) report.reason += fmt::format("; {} lines go on with the line before", lines.size() - records);
  report.severity_place = to_string(plan.severity_place);
  report.confidence = confidence_of(heads.first.size(), std::max(records, heads.first.size()));
  if (plan.stamp_place) {
    report.timestamp_layout = plan.stamp_place->layout();
    report.timestamp_place = plan.stamp_place->name();
    report.record_start = plan.leader.empty() ? plan.stamp_place->record_start_pattern() : "^" + plan.leader + " ";
    if (plan.stamp_place->ambiguous() && !report.timestamp_layout.starts_with("%Y")) {
      report.reason += "; day and month may be the other way round: no line decides";
      report.confidence *= 0.7;
    }
  } else {
    report.confidence *= plan.head_rule == HeadRule::kGrammar ? 0.5 : 0.8;
    if (plan.head_rule == HeadRule::kLevel) report.record_start = kLevelPattern;
  }
  return report;
}

}  // namespace oc::agent
