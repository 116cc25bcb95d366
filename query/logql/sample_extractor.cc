#include "query/logql/sample_extractor.h"

#include <algorithm>

#include "query/logql/go_text.h"
#include "query/logql/series.h"

namespace oc::query {

namespace {

constexpr std::string_view kExtractionError = "SampleExtractionErr";

Result<double> converted(Conversion conversion, std::string_view text) {
  switch (conversion) {
    case Conversion::kNumber:
      return go_parse_float(text);
    case Conversion::kBytes:
      return parse_byte_size(text);
    case Conversion::kDuration:
    case Conversion::kDurationSeconds: {
      OC_TRY_ASSIGN(const Nanos duration, go_parse_duration(text));
      return static_cast<double>(duration) / 1e9;
    }
  }
  return 0;
}

// By which labels the samples are taken together: those of the innermost rule, less the unwrapped label.
std::optional<Grouping> sample_grouping(const RangeAggregationExpr& expr, const Grouping* outer) {
  std::optional<Grouping> grouping = expr.grouping;
  if (outer != nullptr && !grouping) grouping = *outer;
  if (expr.function == RangeFunction::kAbsentOverTime) grouping = Grouping();
  if (expr.unwrap && !grouping) grouping = Grouping{.without = true, .labels = {}};
  if (!grouping) return grouping;
  if (expr.unwrap && grouping->without) grouping->labels.push_back(expr.unwrap->label);
  return sorted(*grouping);
}

// Where labels are taken away Loki adds up the series of its shards once more, and an empty label is none to that.
bool empty_labels_count(const RangeAggregationExpr& expr, const Grouping* outer) {
  if (outer != nullptr || !can_be_added_up(expr.function)) return true;
  if (expr.grouping && !expr.grouping->labels.empty()) return !expr.grouping->without;
  return std::ranges::none_of(expr.log.stages, [](const auto& stage) { return stage->takes_labels_away(); });
}

}  // namespace

Result<SampleExtractor> SampleExtractor::compile(const RangeAggregationExpr& expr, const Grouping* outer) {
  auto grouping = sample_grouping(expr, outer);
  MetricUse use;
  if (grouping && !grouping->without) use.demand.grouping = &grouping->labels;
  if (expr.unwrap) {
    use.demand.unwrapped = expr.unwrap->label;
    use.unwrap_filters = &expr.unwrap->filters;
  }
  use.reads_line = counts_bytes(expr.function);
  OC_TRY_ASSIGN(auto pipeline, Pipeline::compile(expr.log, use));
  SampleExtractor extractor(std::move(pipeline));
  extractor.grouping_ = std::move(grouping);
  extractor.tells_empty_from_absent_ = empty_labels_count(expr, outer);
  if (use.reads_line) extractor.source_ = Source::kBytes;
  if (!expr.unwrap) return extractor;
  extractor.source_ = Source::kLabel;
  extractor.label_ = expr.unwrap->label;
  extractor.conversion_ = expr.unwrap->conversion;
  for (const auto& filter : expr.unwrap->filters) {
    OC_TRY_ASSIGN(auto stage, compile_stage(*filter, extractor.pipeline_.hints()));
    extractor.filters_.push_back(std::move(stage));
  }
  return extractor;
}

bool SampleExtractor::needs_only_grouping() const {
  return grouping_ && !grouping_->without && source_ != Source::kLabel && !pipeline_.reads_labels();
}

bool SampleExtractor::stream_decides(const Labels& stream) const {
  return needs_only_grouping() && std::ranges::all_of(grouping_->labels, [&](const std::string& label) {
           return std::ranges::binary_search(stream, label, {}, &Label::first);
         });
}

bool SampleExtractor::follows_templates(const RowBatch& batch) const {
  return may_follow_templates() && std::ranges::none_of(pipeline_.hints().required(), [&](const std::string& label) {
           return batch.may_have_metadata(label);
         });
}

Line* SampleExtractor::extract(const Stream& stream, Nanos time_ns, const FollowedStages& stages, LateValues& late,
                               double& value) {
  auto* line = sample_of(pipeline_.run(stream, time_ns, stages, late), value);
  if (line != nullptr) std::ranges::for_each(grouping_->labels, [&](const auto& label) { line->labels.get(label); });
  return line;
}

Line* SampleExtractor::sample_of(Line* line, double& value) {
  if (line == nullptr) return nullptr;
  value = source_ == Source::kBytes ? static_cast<double>(line->text.size()) : 1;
  if (source_ == Source::kLabel && !unwrap(*line, value)) return nullptr;
  return line;
}

// A line without the label has no sample; a value that can't be read is an error, which a filter may take off.
bool SampleExtractor::unwrap(Line& line, double& value) {
  const auto text = line.labels.get(label_);
  if (text.empty()) return false;
  const auto number = converted(conversion_, text);
  value = number.value_or(0);
  if (!number) line.labels.set_error(kExtractionError, number.error().message);
  return std::ranges::all_of(filters_, [&](const auto& filter) { return filter->process(line); });
}

}  // namespace oc::query
