#include "control_plane/activities/label_enrichment.h"

#include <fmt/format.h>

#include "contracts/labels/labels.h"

namespace oc::control_plane {

Result<LabelEnrichmentOutput> LabelEnrichment::execute(const Input& input, const ActivityContext&) {
  OC_TRY_ASSIGN(const auto found, sources_.find_sources({input.source_id}));
  if (found.empty())
    return permanent(fmt::format("source_id: no source has the id \"{}\"", input.source_id),
                     "auto_discover_all_log_sources_activity lists them");
  Output output{input.source_id, found.front().labels, {}};
  output.resource_attributes[std::string(contracts::kSourceIdAttribute)] = input.source_id;
  for (const auto& [attribute, value] : output.resource_attributes)
    if (contracts::is_stream_label_attribute(attribute))
      output.stream_labels[contracts::to_label_name(attribute)] = value;
  return output;
}

}  // namespace oc::control_plane
