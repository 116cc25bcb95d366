#include "stores/logs/columns/find_in_text.h"

#include <algorithm>

namespace oc::stores::columns {

RowSet find_inside(const TextColumn& values, std::string_view piece) {
  RowSet found(values.size(), piece.empty());
  if (piece.empty()) return found;
  const std::vector<std::uint32_t>& ends = values.ends();
  auto row = ends.begin();
  for_each_place(values.all(), std::array{piece}, [&](std::size_t place, std::size_t) {
    if (*row <= place) row = std::upper_bound(row, ends.end(), place);
    if (place + piece.size() <= *row) found.add(static_cast<std::size_t>(row - ends.begin()));
  });
  return found;
}

}  // namespace oc::stores::columns
