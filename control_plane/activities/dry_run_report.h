// What `collector dry-run` reports, and what a canary makes of it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "control_plane/activities/collector_config_records.h"

namespace oc::control_plane {

struct DryRunReport {
  struct Source {
    std::string source_id, receiver;
    std::uint64_t read_records = 0, emitted_records = 0;
    std::map<std::string, std::uint64_t> dropped;  // reason → records
  };
  bool ok = false;
  bool validated_only = false;  // by an official collector, which cannot run it over records
  std::vector<std::string> errors;
  std::vector<Source> sources;
  double seconds = 0;
};

// A permanent error names what is missing or of the wrong type.
Result<DryRunReport> parse_dry_run_report(const Json& json);

// Fails for a config that the collector refuses or cannot run, and for a source of which every record is left out by
// something that is not `known`: a filter that takes all is a mistake until somebody proved it under another config.
CanaryOutput judge(const DryRunReport& report, const std::set<std::string>& known);

// Whether the reason a record was left out for names one of the components ("filter/noise", or "file_log/ab12 …").
bool names_one_of(const std::string& reason, const std::set<std::string>& components);

}  // namespace oc::control_plane
