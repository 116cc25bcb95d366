#include "query/logql/pipeline.h"

#include <algorithm>
#include <ranges>

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

namespace {

std::unexpected<Error> stage_error(std::string_view text, const Error& error) {
  return permanent(fmt::format("parse error : stage '{}' : {}", text, error.message));
}

// Line filters that Loki joins to one stage.
Status check_joined(std::span<const StageExpr* const> filters, const LabelHints& hints) {
  for (const auto* filter : std::views::reverse(filters)) {
    const auto stage = filter->compile(hints);
    if (stage) continue;
    std::string text;
    for (const auto* joined : filters) text += (text.empty() ? "" : " ") + joined->text();
    return stage_error(text, stage.error());
  }
  return {};
}

// The error that Loki finds first. It moves line filters to the front of the stages up to the next label filter,
// line_format or unpack; decolorize does not stop them there.
Status check_in_lokis_order(std::span<const StageExpr* const> stages, const LabelHints& hints) {
  const auto ends_behind = [](const StageExpr& stage) {
    const bool is_unpack = stage.changes_line() && stage.changes_labels();
    return stage.predicate() || stage.only_writes_line() || is_unpack;
  };
  while (!stages.empty()) {
    std::vector<const StageExpr*> line_filters;
    std::vector<const StageExpr*> others;
    std::size_t length = 0;
    do {
      const auto* stage = stages[length++];
      (stage->is_line_filter() ? line_filters : others).push_back(stage);
    } while (length < stages.size() && !ends_behind(*stages[length - 1]));
    OC_TRY(check_joined(line_filters, hints));
    for (const auto* stage : others) OC_TRY(compile_stage(*stage, hints));
    stages = stages.subspan(length);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Stage>> compile_stage(const StageExpr& expr, const LabelHints& hints) {
  auto stage = expr.compile(hints);
  if (stage) return stage;
  return stage_error(expr.text(), stage.error());
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
  for (const auto* stage : stages) {
    const auto added = pipeline.add(*stage);
    if (added) continue;
    OC_TRY(check_in_lokis_order(stages, *pipeline.hints_));
    return std::unexpected(added.error());
  }
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
