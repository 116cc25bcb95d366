#include "stores/logs/columns/allotment.h"

namespace oc::stores::columns {

Status Allotment::load() {
  if (loaded_) return {};
  OC_TRY(in_.charge(size_ * 3 * sizeof(std::uint32_t)));
  for (auto* numbers : {&template_of_, &line_of_, &rows_})
    *numbers = std::make_unique_for_overwrite<std::uint32_t[]>(size_);
  std::vector<Known> known;
  for (std::uint32_t begin = 0; const auto& of : templates_) {
    const auto lines = static_cast<std::uint32_t>(of->lines);
    known.push_back({begin, begin + lines, begin});
    begin += lines;
  }
  bool fits = true;
  OC_TRY(which_.for_each_run(
      in_, [&](std::size_t first, std::span<const std::uint64_t> which) { fits = fits && add(first, which, known); }));
  if (!fits) return permanent("malformed column block: a line of an unknown template, or more than it has");
  for (std::size_t i = 0; i < known.size(); ++i)
    templates_[i]->rows = std::span(&rows_[known[i].begin], templates_[i]->lines);
  loaded_ = true;
  return {};
}

bool Allotment::add(std::size_t first, std::span<const std::uint64_t> which, std::span<Known> known) {
  for (std::size_t i = 0; i < which.size(); ++i) {
    if (which[i] >= known.size()) return false;
    Known& of = known[which[i]];
    if (of.next == of.end) return false;
    template_of_[first + i] = static_cast<std::uint32_t>(which[i]);
    line_of_[first + i] = of.next - of.begin;
    rows_[of.next++] = static_cast<std::uint32_t>(first + i);
  }
  return true;
}

RowSet Allotment::rows_of(const Template& of, const RowSet& lines) const {
  RowSet rows(size_);
  lines.for_each([&](std::size_t line) { rows.add(of.rows[line]); });
  return rows;
}

}  // namespace oc::stores::columns
