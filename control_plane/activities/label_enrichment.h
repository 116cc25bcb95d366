#pragma once

#include "control_plane/activities/typed_activity.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

struct LabelEnrichmentInput {
  std::string source_id;
  static constexpr auto fields() {
    return std::tuple(contracts::required("source_id", &LabelEnrichmentInput::source_id, "The source's id"));
  }
};
struct LabelEnrichmentOutput {
  std::string source_id;
  std::map<std::string, std::string> resource_attributes;
  std::map<std::string, std::string> stream_labels;
  static constexpr auto fields() {
    return std::tuple(contracts::required("source_id", &LabelEnrichmentOutput::source_id, "As given"),
                      contracts::required("resource_attributes", &LabelEnrichmentOutput::resource_attributes,
                                          "What the collector adds to each record of the source"),
                      contracts::required("stream_labels", &LabelEnrichmentOutput::stream_labels,
                                          "Those of them that the store indexes, by label name"));
  }
};

class LabelEnrichment final : public TypedActivity<LabelEnrichment, LabelEnrichmentInput, LabelEnrichmentOutput> {
 public:
  static constexpr std::string_view kName = "label_enrichment_activity";
  static constexpr std::string_view kDescription = "The labels that a source's records carry, as rendered";
  explicit LabelEnrichment(SourceRepository& sources) : sources_(sources) {}
  Result<Output> execute(const Input& input, const ActivityContext& context) override;

 private:
  SourceRepository& sources_;
};

}  // namespace oc::control_plane
