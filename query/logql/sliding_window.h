// Merges the panes of one window after another in time that does not grow with their overlap: each pane is merged at
// most twice (the two-stack queue of sliding-window aggregation).
#pragma once

#include <span>
#include <vector>

#include "query/logql/windows.h"

namespace oc::query {

// Calls emit(window, cell) for each window that has panes, in order.
template <typename Cell, typename Emit>
void slide(std::span<const Cell> panes, const Windows& windows, Emit emit) {
  std::vector<Cell> suffix(panes.size());  // suffix[k]: panes k up to `middle`, merged
  Cell prefix;                             // panes from `middle` up to `next`, merged
  std::size_t middle = 0;
  std::size_t next = 0;
  for (std::size_t i = 0; i < windows.count(); ++i) {
    const auto first = windows.first_pane(i);
    const auto end = windows.end_pane(i);
    if (first == end) continue;
    if (first >= middle) {
      for (auto k = end; k-- > first;) {
        suffix[k] = panes[k];
        if (k + 1 < end) suffix[k].merge(suffix[k + 1]);
      }
      middle = next = end;
      prefix = Cell();
    }
    for (; next < end; ++next) prefix.merge(panes[next]);
    Cell whole = suffix[first];
    whole.merge(prefix);
    emit(i, whole);
  }
}

}  // namespace oc::query
