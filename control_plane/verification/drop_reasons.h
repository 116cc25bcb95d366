// Why a collector did not pass records on, from the reasons it counts them under (contracts/opamp/collector_report.h).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "contracts/opamp/collector_report.h"

namespace oc::control_plane {

enum class DropKind {
  kFilter,   // left out by a component of the config; the reason is its id: "filter/noise", "file_log/ab12 filter
             // operator"
  kTooOld,   // the store takes no lines of that time: not the config's doing, and trying again does not help
  kRefused,  // the sink answered that it does not want them
};
DropKind kind_of_drop(std::string_view reason);

// Blank lines are no records; more text than this that yields none is a failure.
inline constexpr std::uint64_t kBlankBytes = 64;

using RecordsByReason = std::map<std::string, std::uint64_t>;

std::uint64_t total(const RecordsByReason& records);
// "100 left out by filter/noise, 3 refused by the store: too old"; empty without any.
std::string drops_text(const RecordsByReason& dropped);
// "1,204"
std::string with_thousands(std::uint64_t number);

// What happened between two reports of one collector; counts that fell began anew (the collector was restarted).
struct ReportDifference {
  std::uint64_t read_bytes = 0;
  std::uint64_t emitted = 0;
  std::uint64_t acknowledged = 0;
  RecordsByReason dropped;  // only reasons with some
};
ReportDifference difference(const contracts::CollectorSourceReport& before,
                            const contracts::CollectorSourceReport& now);

}  // namespace oc::control_plane
