// Names as Loki's distributor makes them of what is pushed.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

// Adds service_name where a stream has none, from the first label that Loki takes it from (discover_service_name).
// Streams that Loki's own components write (__aggregated_metric__, __pattern__) go without.
void discover_service_name(query::Labels& labels);

// The name of a metadata field: letters, digits and single underscores (contracts::to_label_name). An error:
// nothing is left of it.
Result<std::string> metadata_name(std::string_view name);
bool is_metadata_name(std::string_view name);  // it stays as it is

}  // namespace oc::stores
