// A log expression made ready to run: what the store does (matchers, line filters) and what is left to do here.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/logql/ast.h"
#include "query/logql/label_hints.h"
#include "query/logql/line.h"
#include "query/logql/line_template.h"

namespace oc::query {

// What a metric query takes from a pipeline.
struct MetricUse {
  LabelDemand demand;
  const StageList* unwrap_filters = nullptr;  // they run behind the unwrapping, not here
  bool reads_line = false;                    // its bytes are counted
};

// The first stages of a pipeline as they follow a template; some are the pipeline's own.
struct FollowedStages {
  bool are_all = true;
  std::vector<Stage*> stages;
  std::vector<std::unique_ptr<Stage>> made;
};

// One query, one thread at a time.
class Pipeline {
 public:
  // The error names the stage: "parse error : stage '|~ "("' : error parsing regexp: …".
  static Result<Pipeline> compile(const LogExpr& log) { return compile(log, nullptr); }
  static Result<Pipeline> compile(const LogExpr& log, const MetricUse& use) { return compile(log, &use); }

  const std::vector<Matcher>& matchers() const { return matchers_; }
  const std::vector<LineFilter>& pushed_down() const { return pushed_down_; }
  const LabelHints& hints() const { return *hints_; }
  bool has_stages() const { return !steps_.empty(); }
  bool reads_line() const { return reads_line_; }                // any of the stages here
  bool changes_labels() const { return changes_labels_; }        // any of the stages here
  bool reads_labels() const { return reads_labels_; }            // any of the stages here
  bool reads_only_labels() const { return reads_only_labels_; }  // each of the stages here

  // Whether there is a chance that all of the stages follow a template, or so many that some lines are dropped by them.
  bool may_follow_templates() const { return followers_ == steps_.size(); }
  bool may_drop_by_template() const { return reads_by_template_ && !deciding_labels_.empty(); }
  // Whether lines are dropped by their labels, none of which is extracted here.
  bool may_drop_by_metadata() const { return reads_only_labels_ && !deciding_labels_.empty(); }
  // The labels that decide whether stages drop a line, with the names that metadata may hide or rename them by.
  const std::vector<std::string>& deciding_labels() const { return deciding_labels_; }
  // Stages that do to all lines of the template what the pipeline's first ones do, up to one whose doing depends on the
  // line. The pipeline must outlive them.
  FollowedStages follow(LineTemplate& of) const;

  // Runs the stages over a row that passed pushed_down(). nullptr: dropped; else the line, valid until the next call.
  Line* run(const Stream& stream, const Row& row);
  // Runs them over a line of the template, without its metadata.
  Line* run(const Stream& stream, Nanos time_ns, const FollowedStages& stages, LateValues& late);

 private:
  struct Step {
    std::unique_ptr<Stage> stage;
    bool ignores_line = false;  // it follows templates as it is
  };
  static Result<Pipeline> compile(const LogExpr& log, const MetricUse* use);
  void push_down(const StageExpr& expr);
  Status add(const StageExpr& expr);
  void add_follower(const StageExpr& expr);

  std::vector<Matcher> matchers_;
  std::vector<LineFilter> pushed_down_;
  std::unique_ptr<const LabelHints> hints_;  // the stages refer to it
  std::vector<Step> steps_;
  bool line_is_original_ = true;
  bool reads_line_ = false;
  bool changes_labels_ = false;
  bool reads_labels_ = false;
  bool reads_only_labels_ = true;
  std::size_t followers_ = 0;       // the first stages, that may follow templates
  bool reads_by_template_ = false;  // one of these reads lines
  std::vector<std::string> deciding_labels_;
  Line line_;
};

// A stage made ready to run, its error worded as above.
Result<std::unique_ptr<Stage>> compile_stage(const StageExpr& expr, const LabelHints& hints);

}  // namespace oc::query
