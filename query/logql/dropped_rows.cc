#include "query/logql/dropped_rows.h"

#include <algorithm>
#include <numeric>

#include "query/logql/template_rows.h"

namespace oc::query {

namespace {

std::vector<std::uint32_t> all_of(PlaceRange range) {
  std::vector<std::uint32_t> places(range.end - range.begin);
  std::iota(places.begin(), places.end(), static_cast<std::uint32_t>(range.begin));
  return places;
}

class LeftRows {
 public:
  LeftRows(const QueryContext& context, Pipeline& pipeline, RowBatch& batch, PlaceRange range)
      : interruption_(context.interruption), pipeline_(pipeline), batch_(batch), range_(range) {}

  Result<std::vector<std::uint32_t>> run(std::span<const RowTemplate> templates) {
    OC_TRY_ASSIGN(times_, batch_.times());
    for (std::size_t i = 0; i < templates.size(); ++i) {
      OC_TRY(take(i, templates[i]));
    }
    std::ranges::sort(left_);
    return std::move(left_);
  }

 private:
  using Fate = TemplateRows::Fate;

  Status take(std::size_t number, const RowTemplate& of) {
    const auto place = [&](std::size_t end) {
      return static_cast<std::size_t>(std::ranges::lower_bound(of.rows, end) - of.rows.begin());
    };
    const auto lines = all_of({place(range_.begin), place(range_.end)});
    if (lines.empty()) return {};
    TemplateRows rows(pipeline_, batch_, number, of, [&](std::uint32_t line, const auto& stages, auto& late) {
      return pipeline_.run(batch_.stream(), times_[of.rows[line]], stages, late);
    });
    const auto all = rows.of_all();
    if (all == Fate::kOpen) {
      OC_TRY(rows.each(lines, interruption_, [&](std::uint32_t line, Fate fate) {
        if (fate != Fate::kDropped) left_.push_back(of.rows[line]);
        return true;
      }));
    } else if (all != Fate::kDropped) {
      for (const auto line : lines) left_.push_back(of.rows[line]);
    }
    return {};
  }

  RowInterruption interruption_;
  Pipeline& pipeline_;
  RowBatch& batch_;
  PlaceRange range_;
  std::span<const Nanos> times_;
  std::vector<std::uint32_t> left_;
};

// The pipeline sees no more of the rows than their labels.
Result<std::vector<std::uint32_t>> left_by_metadata(Pipeline& pipeline, RowBatch& batch, PlaceRange range) {
  OC_TRY_ASSIGN(const auto all, batch.alike(pipeline.deciding_labels()));
  if (all.empty()) return all_of(range);
  std::vector<std::uint32_t> left;
  for (const auto& alike : all) {
    if (pipeline.run(batch.stream(), Row{.metadata = alike.metadata}) == nullptr) continue;
    const auto place = [&](std::size_t end) { return std::ranges::lower_bound(alike.rows, end); };
    left.insert(left.end(), place(range.begin), place(range.end));
  }
  std::ranges::sort(left);
  return left;
}

}  // namespace

Result<std::vector<std::uint32_t>> rows_left(const QueryContext& context, Pipeline& pipeline, RowBatch& batch,
                                             PlaceRange range) {
  if (pipeline.may_drop_by_metadata()) return left_by_metadata(pipeline, batch, range);
  const bool metadata_decides = std::ranges::any_of(
      pipeline.deciding_labels(), [&](const std::string& label) { return batch.may_have_metadata(label); });
  if (metadata_decides) return all_of(range);
  OC_TRY_ASSIGN(const auto templates, batch.templates());
  if (templates.empty()) return all_of(range);
  return LeftRows(context, pipeline, batch, range).run(templates);
}

}  // namespace oc::query
