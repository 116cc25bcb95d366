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
  stages_.push_back(std::move(stage));
  reads_line_ = reads_line_ || expr.reads_line() || expr.changes_line();
  changes_labels_ = changes_labels_ || expr.changes_labels();
  if (template_labels_ && !expr.follows_templates(*template_labels_)) template_labels_.reset();
  std::vector<std::string> labels;
  reads_labels_ = reads_labels_ || expr.changes_labels() || !expr.add_required_labels(labels) || !labels.empty();
  return {};
}

void Pipeline::push_down(const StageExpr& expr) {
  for (const auto& filter : expr.line_filters()) pushed_down_.push_back(filter);
}

bool Pipeline::is_same_for(std::span<const formats::TemplatePiece> pieces) const {
  return std::ranges::all_of(stages_, [&](const auto& stage) { return stage->is_same_for(pieces); });
}

Line* Pipeline::run(const Stream& stream, const Row& row) {
  line_.time_ns = row.time_ns;
  line_.text = row.line;
  line_.labels.begin(stream.labels, row.metadata);
  for (const auto& stage : stages_) {
    if (!stage->process(line_)) return nullptr;
  }
  return &line_;
}

}  // namespace oc::query
