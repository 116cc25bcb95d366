#include "query/logql/template_rows.h"

namespace oc::query {

TemplateRows::TemplateRows(const Pipeline& pipeline, RowBatch& batch, std::size_t number, const RowTemplate& of,
                           Run run)
    : run_(std::move(run)),
      template_(of.pieces),
      stages_(pipeline.follow(template_)),
      values_(batch, number, template_) {}

// Where an error is set the row is looked at as a whole: an error may name all of its labels.
TemplateRows::Fate TemplateRows::of_line(std::uint32_t line) {
  values_.begin(line);
  line_ = run_(line, stages_, values_);
  if (values_.gave_up()) return Fate::kUnknown;
  if (values_.missing()) return Fate::kOpen;
  if (line_ == nullptr) return Fate::kDropped;
  return line_->labels.has_error() ? Fate::kUnknown : Fate::kKept;
}

Status TemplateRows::load_for_first(std::span<const std::uint32_t> lines) {
  while (of_line(lines.front()) == Fate::kOpen) OC_TRY(values_.load(*values_.missing(), lines));
  return {};
}

// The first line tells what the others probably need; those that need more come again, with fewer beside them.
Result<bool> TemplateRows::each(std::vector<std::uint32_t> lines, RowInterruption& interruption, const Visit& visit) {
  std::vector<std::uint32_t> open;
  while (!lines.empty()) {
    OC_TRY(load_for_first(lines));
    for (const auto line : lines) {
      OC_TRY(interruption.check());
      const auto fate = of_line(line);
      if (fate == Fate::kOpen) {
        open.push_back(line);
      } else if (!visit(line, fate)) {
        return false;
      }
    }
    std::swap(lines, open);
    open.clear();
  }
  return true;
}

}  // namespace oc::query
