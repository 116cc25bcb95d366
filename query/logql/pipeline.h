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

namespace oc::query {

// What a metric query takes from a pipeline.
struct MetricUse {
  LabelDemand demand;
  const StageList* unwrap_filters = nullptr;  // they run behind the unwrapping, not here
  bool reads_line = false;                    // its bytes are counted
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
  bool has_stages() const { return !stages_.empty(); }
  bool reads_line() const { return reads_line_; }          // any of the stages here
  bool changes_labels() const { return changes_labels_; }  // any of the stages here
  bool reads_labels() const { return reads_labels_; }      // any of the stages here

  // The labels that the stages look at or give, if all of them follow templates (StageExpr).
  const std::optional<std::vector<std::string>>& template_labels() const { return template_labels_; }
  // Whether the stages do the same to all lines of the template, given the same labels. Only with template_labels().
  bool is_same_for(std::span<const formats::TemplatePiece> pieces) const;

  // Runs the stages over a row that passed pushed_down(). nullptr: dropped; else the line, valid until the next call.
  Line* run(const Stream& stream, const Row& row);

 private:
  static Result<Pipeline> compile(const LogExpr& log, const MetricUse* use);
  void push_down(const StageExpr& expr);
  Status add(const StageExpr& expr);

  std::vector<Matcher> matchers_;
  std::vector<LineFilter> pushed_down_;
  std::unique_ptr<const LabelHints> hints_;  // the stages refer to it
  std::vector<std::unique_ptr<Stage>> stages_;
  bool line_is_original_ = true;
  bool reads_line_ = false;
  bool changes_labels_ = false;
  bool reads_labels_ = false;
  std::optional<std::vector<std::string>> template_labels_ = std::vector<std::string>();
  Line line_;
};

// A stage made ready to run, its error worded as above.
Result<std::unique_ptr<Stage>> compile_stage(const StageExpr& expr, const LabelHints& hints);

}  // namespace oc::query
