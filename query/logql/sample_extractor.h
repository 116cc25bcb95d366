// From a row to a sample: the pipeline, the value, and the labels of the series that it belongs to.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "query/logql/ast.h"
#include "query/logql/pipeline.h"

namespace oc::query {

// One query, one thread at a time.
class SampleExtractor {
 public:
  // `outer`: the grouping of a `sum` around the range aggregation, by which the samples may be taken together already;
  // null: there is none.
  static Result<SampleExtractor> compile(const RangeAggregationExpr& expr, const Grouping* outer);

  const Pipeline& pipeline() const { return pipeline_; }
  // By which labels series are kept apart; null: by all.
  const Grouping* grouping() const { return grouping_ ? &*grouping_ : nullptr; }

  // Whether series with an empty label are others than those without it.
  bool tells_empty_from_absent() const { return tells_empty_from_absent_; }

  // Whether a sample's value is 1 and every row gives one.
  bool counts_rows() const { return source_ == Source::kOne && !pipeline_.has_stages(); }
  bool needs_lines() const { return source_ == Source::kBytes || pipeline_.reads_line(); }
  // Whether series may be told from the streams' labels alone: nothing else is looked at but the labels of a `by`.
  bool needs_only_grouping() const;
  // Whether a stream has all these labels, so that its rows' metadata can't have them.
  bool stream_decides(const Labels& stream) const;

  // Whether a row's labels of the names in pipeline().hints().required() tell its sample, but for the size of its line.
  bool labels_decide() const {
    return source_ != Source::kLabel && pipeline_.reads_only_labels() && grouping_ && !grouping_->without &&
           pipeline_.hints().knows_required();
  }

  // By which labels of their streams rows that are alike give other samples. A line whose error is asked for keeps all
  // labels, and only an outer grouping sorts these out.
  ToldApartBy told_apart_by() const {
    const LabelHints& hints = pipeline_.hints();
    if (!grouping_ || grouping_->without || !hints.knows_required()) return std::nullopt;
    if (source_ == Source::kLabel && hints.keeps_errors()) return std::nullopt;
    return hints.required();
  }

  // Whether there is a chance of that; see follows_templates().
  bool may_follow_templates() const {
    return source_ != Source::kBytes && pipeline_.has_stages() && pipeline_.may_follow_templates() && grouping_ &&
           !grouping_->without && pipeline_.hints().knows_required();
  }
  // Whether samples of this batch may be made of its rows' templates, for those whose follow() succeeds: no metadata
  // counts.
  bool follows_templates(const RowBatch& batch) const;
  // Whether a sample's value is 1, so that rows with the same labels give the same.
  bool counts() const { return source_ == Source::kOne; }

  // nullptr: no sample; else the line, with its value in `value`, valid until the next call.
  Line* extract(const Stream& stream, const Row& row, double& value) {
    return sample_of(pipeline_.run(stream, row), value);
  }
  // Likewise of a line of a template; its late values that its series is told from are asked for as well.
  Line* extract(const Stream& stream, Nanos time_ns, const FollowedStages& stages, LateValues& late, double& value);

 private:
  enum class Source { kOne, kBytes, kLabel };

  explicit SampleExtractor(Pipeline pipeline) : pipeline_(std::move(pipeline)) {}
  Line* sample_of(Line* line, double& value);  // null stays null
  bool unwrap(Line& line, double& value);

  Pipeline pipeline_;
  std::optional<Grouping> grouping_;  // labels sorted
  bool tells_empty_from_absent_ = true;
  Source source_ = Source::kOne;
  std::string label_;
  Conversion conversion_ = Conversion::kNumber;
  std::vector<std::unique_ptr<Stage>> filters_;
};

}  // namespace oc::query
