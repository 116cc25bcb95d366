#include "query/logql/pipeline.h"

#include <algorithm>

#include <fmt/format.h>

namespace oc::query {

namespace {

// A line_format that nobody reads the outcome of: neither its errors count nor the labels it asks for (Loki's rule).
bool is_idle(const StageList& stages, std::size_t index, const MetricUse* use) {
  if (use == nullptr || use->reads_line || !stages[index]->only_writes_line()) return false;
  return std::none_of(stages.begin() + static_cast<std::ptrdiff_t>(index) + 1, stages.end(),
                      [](const auto& stage) { return stage->reads_line(); });
}

}  // namespace

Result<std::unique_ptr<Stage>> compile_stage(const StageExpr& expr, const LabelHints& hints) {
  auto stage = expr.compile(hints);
  if (stage) return stage;
  return permanent(fmt::format("parse error : stage '{}' : {}", expr.text(), stage.error().message));
}

Result<Pipeline> Pipeline::compile(const LogExpr& log, const MetricUse* use) {
  Pipeline pipeline;
  pipeline.matchers_ = log.matchers;
  std::vector<const StageExpr*> stages;
  for (std::size_t i = 0; i < log.stages.size(); ++i) {
    if (!is_idle(log.stages, i, use)) stages.push_back(log.stages[i].get());
  }
  pipeline.hints_ = use == nullptr ? std::make_unique<LabelHints>(stages, nullptr, LabelDemand())
                                   : std::make_unique<LabelHints>(stages, use->unwrap_filters, use->demand);
  for (const auto* stage : stages) OC_TRY(pipeline.add(*stage));
  return pipeline;
}

Status Pipeline::add(const StageExpr& expr) {
  OC_TRY_ASSIGN(auto stage, compile_stage(expr, *hints_));
  if (line_is_original_) push_down(expr);
  if (line_is_original_ && expr.filters_suffice()) return {};
  line_is_original_ = line_is_original_ && !expr.changes_line();
  steps_.push_back({std::move(stage), expr.ignores_line()});
  reads_line_ = reads_line_ || expr.reads_line() || expr.changes_line();
  changes_labels_ = changes_labels_ || expr.changes_labels();
  reads_only_labels_ = reads_only_labels_ && expr.reads_only_labels();
  add_follower(expr);
  std::vector<std::string> labels;
  reads_labels_ = reads_labels_ || expr.changes_labels() || !expr.add_required_labels(labels) || !labels.empty();
  return {};
}

void Pipeline::push_down(const StageExpr& expr) {
  for (const auto& filter : expr.line_filters()) pushed_down_.push_back(filter);
}

void Pipeline::add_follower(const StageExpr& expr) {
  if (followers_ + 1 == steps_.size() && expr.follows_templates()) {
    ++followers_;
    reads_by_template_ = reads_by_template_ || expr.reads_line();
  }
  std::vector<std::string> labels;
  if (const auto predicate = expr.predicate()) {
    predicate->add_labels(labels);
  } else if (expr.changes_labels()) {
    expr.add_required_labels(labels);
  }
  for (const auto& label : labels) add_with_bare_name(deciding_labels_, label);
}

FollowedStages Pipeline::follow(LineTemplate& of) const {
  FollowedStages followed;
  for (const auto& [stage, ignores_line] : steps_) {
    auto made = ignores_line ? nullptr : stage->follow(of);
    followed.are_all = ignores_line || made != nullptr;
    if (!followed.are_all) break;
    followed.stages.push_back(ignores_line ? stage.get() : made.get());
    if (made != nullptr) followed.made.push_back(std::move(made));
  }
  return followed;
}

Line* Pipeline::run(const Stream& stream, const Row& row) {
  line_.time_ns = row.time_ns;
  line_.text = row.line;
  line_.labels.begin(stream.labels, row.metadata);
  const bool kept = std::ranges::all_of(steps_, [&](const Step& step) { return step.stage->process(line_); });
  return kept ? &line_ : nullptr;
}

Line* Pipeline::run(const Stream& stream, Nanos time_ns, const FollowedStages& stages, LateValues& late) {
  line_.time_ns = time_ns;
  line_.text = {};
  line_.late = &late;
  line_.labels.begin(stream.labels, {});
  const bool kept = std::ranges::all_of(stages.stages, [&](Stage* stage) { return stage->process(line_); });
  return kept ? &line_ : nullptr;
}

}  // namespace oc::query
