// Where in the lines of a template a piece of text can stand.
#pragma once

#include <string_view>
#include <vector>

#include "stores/logs/columns/column.h"

namespace oc::stores::columns {

// Text that all lines of the template share (column is null), or a column's values.
struct TemplateElement {
  std::string_view shared;
  ColumnPtr column;
};

// The values of `column` must have `piece` at `place`.
struct Demand {
  Column* column = nullptr;
  std::string_view piece;
  Place place = Place::kInside;
};

// A way in which lines hold the piece: all demands are met. No demand: every line holds it.
using Occurrence = std::vector<Demand>;

// A line holds the piece if and only if one of these is met. Nullopt: too many ways to count.
std::optional<std::vector<Occurrence>> occurrences(const std::vector<TemplateElement>& elements,
                                                   std::string_view piece);

}  // namespace oc::stores::columns
