// A new config is tried: its pipelines run over the newest records there are, into sinks that only count. Nothing else
// is touched: no offset is saved, no port bound, no sink asked.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "collector/pipeline/factory.h"

namespace oc::collector {

struct DryRunOptions {
  std::uint64_t records = 1000;        // in all
  std::uint64_t per_source = 1000;     // at most of one source
  std::vector<std::string> receivers;  // ids of those that are run; empty: all. The whole config is read in any case
  std::chrono::milliseconds timeout{10'000};
};

struct DryRunError {
  std::string component;  // "file_log/ab12"; empty: not one component's
  std::string place;      // "file:line:column"; empty: not one place's
  std::string message;
};

struct DryRunReport {
  struct Source {
    std::string source_id, receiver;
    std::uint64_t read_records = 0;
    std::uint64_t emitted_records = 0;             // that came through to the sinks
    std::map<std::string, std::uint64_t> dropped;  // reason → records
  };
  struct Exporter {
    std::string id;
    std::uint64_t records = 0;
  };
  bool accepted = false;  // the config is valid and starts
  bool finished = false;  // within the time limit
  bool sampled = false;   // there are more sources than were looked at
  std::uint64_t known_sources = 0;
  std::vector<DryRunError> errors;
  std::vector<Source> sources;  // those that were looked at, with and without records
  std::vector<Exporter> exporters;
  double seconds = 0;

  bool ok() const { return accepted && finished; }
};

// {"ok":bool,"errors":[{"component","place","message"}],"sampled":bool,"known_sources":n,
//  "sources":[{"source_id","receiver","read_records","emitted_records","dropped":{reason:count}}],
//  "exporters":[{"id","records"}],"seconds":n}
Json to_json(const DryRunReport& report);
// For people.
std::string to_text(const DryRunReport& report);

DryRunReport dry_run(const std::vector<std::string>& config_files, const ComponentList& components,
                     const DryRunOptions& options);

}  // namespace oc::collector
