#include "query/logql/pipeline.h"

namespace oc::query {

Result<Pipeline> Pipeline::compile(const LogExpr& log) {
  Pipeline pipeline;
  pipeline.matchers_ = log.matchers;
  bool line_is_original = true;
  for (const auto& expr : log.stages) {
    if (const auto* filter = expr->line_filter(); filter != nullptr && line_is_original) {
      pipeline.pushed_down_.push_back(*filter);
      continue;
    }
    line_is_original = line_is_original && !expr->changes_line();
    OC_TRY_ASSIGN(auto stage, expr->compile());
    pipeline.stages_.push_back(std::move(stage));
  }
  return pipeline;
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
