// Searching the text of a whole column at once.
#pragma once

#include <string_view>

#include "stores/logs/columns/row_set.h"
#include "stores/logs/columns/text_column.h"

namespace oc::stores::columns {

// The values that hold `piece`.
RowSet find_inside(const TextColumn& values, std::string_view piece);

}  // namespace oc::stores::columns
