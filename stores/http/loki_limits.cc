#include "stores/http/loki_limits.h"

#include <fmt/format.h>

#include "base/json.h"
#include "query/logql/go_text.h"
#include "query/logql/limits.h"
#include "stores/ingest/push_admission.h"

namespace oc::stores {

namespace {

Json limits() {
  return {{"max_line_size", kMaxLineBytes},
          {"max_label_names_per_series", kMaxStreamLabels},
          {"max_label_name_length", kMaxLabelNameBytes},
          {"max_label_value_length", kMaxLabelValueBytes},
          {"max_structured_metadata_size", kMaxMetadataBytes},
          {"max_structured_metadata_entries_count", kMaxMetadataPairs},
          {"creation_grace_period", query::go_format_duration(kCreationGrace)},
          {"reject_old_samples", false},
          {"allow_structured_metadata", true},
          {"discover_log_levels", true},
          {"max_entries_limit_per_query", query::kMaxLimit},
          {"max_query_length", query::go_format_duration(query::kMaxQueryLength)},
          {"max_query_series", query::kMaxSeries},
          {"volume_enabled", true}};
}

}  // namespace

std::string limits_as_yaml() {
  std::string out = "limits_config:\n";
  for (const auto& [name, value] : limits().items())
    out += fmt::format("  {}: {}\n", name, value.is_string() ? value.get<std::string>() : value.dump());
  return out;
}

std::string drilldown_limits(const std::string& version) {
  const Json answer = {{"limits", limits()}, {"pattern_ingester_enabled", true}, {"version", version}};
  return answer.dump();
}

}  // namespace oc::stores
