// The collector's side of the ledger, as the agent reads it from the collector's own metrics; a further message of
// io.onecollector.sources.v1, agent → control plane:
//   collector {sources:[{source_id, read_bytes, emitted, acknowledged, acknowledged_offset, dropped:{reason:count},
//              left_out_bytes:{reason:bytes}, last_error}], left_out:{component:count}}
//              sources: changed ones only; counts are since the collector's start and may begin again at 0
// An official collector does not tell by source what it read, sent and left out: of its sources only `emitted` is
// known, `last_error` is that of any exporter, and what its processors left out stands in `left_out`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace oc::contracts {

inline constexpr std::string_view kCollectorReportType = "collector";

struct CollectorSourceReport {
  std::string source_id;
  std::uint64_t read_bytes = 0;
  std::uint64_t emitted = 0;                            // records handed to the pipeline
  std::uint64_t acknowledged = 0;                       // records the sink answered for
  std::uint64_t acknowledged_offset = 0;                // bytes of the file at the source's path that are done with
  std::map<std::string, std::uint64_t> dropped;         // reason → records
  std::string last_error;                               // empty: none
  std::map<std::string, std::uint64_t> left_out_bytes;  // reason → bytes of those dropped; older agents do not tell
  bool operator==(const CollectorSourceReport&) const = default;
};
struct CollectorReport {
  std::vector<CollectorSourceReport> sources;
  std::map<std::string, std::uint64_t> left_out = {};  // of all sources together: component id → records
  bool operator==(const CollectorReport&) const = default;
};

Json to_json(const CollectorReport& report);
// The error names the field that is missing or of the wrong type.
Result<CollectorReport> collector_report_from_json(const Json& json);

}  // namespace oc::contracts
