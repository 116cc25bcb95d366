#include "stores/http/patterns.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/logql/parser.h"
#include "query/patterns/pattern_miner.h"
#include "stores/http/loki_json.h"
#include "stores/http/loki_parameters.h"
#include "stores/ingest/detected_level.h"

namespace oc::stores {

namespace {

constexpr Nanos kFinestStep = 10'000'000'000;  // Loki counts patterns by ten seconds
constexpr Nanos kSecondNanos = 1'000'000'000;
// The newest lines of a range: a second or two of work, and patterns of more lines are the same.
constexpr std::uint64_t kMostLines = 1'000'000;

class MiningSink final : public query::RowSink {
 public:
  explicit MiningSink(Nanos step_ns) : miner_(step_ns) {}

  bool rows(const query::Stream&, std::span<const query::Row> rows) override {
    for (const auto& row : rows) miner_.add(row.line, level_of(row), row.time_ns);
    lines_ += rows.size();
    return lines_ < kMostLines;
  }

  const query::PatternMiner& miner() const { return miner_; }

 private:
  static std::string_view level_of(const query::Row& row) {
    const auto level = std::ranges::find(row.metadata, kDetectedLevel, &query::LabelView::first);
    return level == row.metadata.end() ? "unknown" : level->second;
  }

  query::PatternMiner miner_;
  std::uint64_t lines_ = 0;
};

void append_pattern(std::string& out, const query::PatternMiner::Pattern& pattern) {
  out += "{\"pattern\":";
  append_json_string(out, pattern.text());
  out += ",\"level\":";
  append_json_string(out, pattern.level);
  out += ",\"samples\":[";
  for (const auto& [time_ns, count] : pattern.counts) {
    if (out.back() == ']') out += ',';
    out += fmt::format("[{},{}]", time_ns / kSecondNanos, count);
  }
  out += "]}";
}

}  // namespace

Result<std::string> answer_patterns(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  OC_TRY_ASSIGN(const auto bounds, time_bounds(request, now_ns));
  OC_TRY_ASSIGN(const auto step_ns, few_steps(request, bounds));
  query::ScanRequest scan;
  OC_TRY_ASSIGN(scan.matchers, query::parse_matchers(request.parameter("query").value_or("")));
  scan.start_ns = bounds.start_ns;
  scan.end_ns = bounds.end_ns;
  scan.interruption = interruption_of(request);
  scan.metadata_names = {std::string(kDetectedLevel)};
  MiningSink sink(std::max(step_ns, kFinestStep));
  OC_TRY(reader.scan(scan, sink));

  std::vector<const query::PatternMiner::Pattern*> patterns;
  for (const auto& pattern : sink.miner().patterns()) patterns.push_back(&pattern);
  std::ranges::stable_sort(patterns, std::ranges::greater{}, &query::PatternMiner::Pattern::lines);
  std::string out = R"({"status":"success","data":[)";
  for (const auto* pattern : patterns) {
    if (out.back() == '}') out += ',';
    append_pattern(out, *pattern);
  }
  return out + "]}";
}

}  // namespace oc::stores
