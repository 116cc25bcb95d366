// Finds the log files of this host and follows them: a thread of its own that sleeps until the kernel reports
// something. Holds no file open between looks but the logs of containers; no timer runs faster than the slow reconcile
// while nothing happens.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/discovery/process/process_files.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/result.h"
#include "contracts/config/config.h"
#include "contracts/config/data_directory.h"
#include "contracts/opamp/custom_messages.h"
#include "model/log_source.h"

namespace oc::agent {

// For people.
struct DiscoveryNotes {
  std::vector<std::string> notes;
  std::map<std::string, std::uint64_t> left_out;  // files that are no logs, counted by reason
  std::vector<contracts::ProposedLog> proposed;   // logs that processes write
  std::uint64_t overflows = 0;  // of the kernel's queues since the start: each time everything was listed again
  bool operator==(const DiscoveryNotes&) const = default;
};

// Calls come from the discovery thread and must be short.
class DiscoveryListener {
 public:
  virtual ~DiscoveryListener() = default;
  // The first call has every source and comes once the first listing is done, also if there is none.
  virtual void on_sources(std::vector<model::DiscoveredLogSource> upserted, std::vector<std::string> removed) = 0;
  virtual void on_ledger(std::vector<contracts::LedgerEntry> entries) = 0;
  // Whenever one of them changes.
  virtual void on_notes(DiscoveryNotes notes) = 0;
  // Patterns of files that may be deleted before anybody was told to read them, whenever they change.
  virtual void on_short_lived(std::vector<std::string> patterns) = 0;
};

struct DiscoveryOptions {
  std::string agent_id;
  contracts::FilesystemDiscovery filesystem;
  std::vector<std::string> engine_sockets = {};  // of Docker and Podman; empty: containers are not looked for
  contracts::JournaldDiscovery journald = {.enabled = false, .directory = {}};
  contracts::ProcessDiscovery processes = {};
  contracts::Backfill backfill = contracts::Backfill::kRecent;
  contracts::Limits limits = {};
  bool native_collector = true;  // Docker's driver `local` is read by no other
  UniqueFd marks = {};           // see mark_file_systems()
};

class Discovery {
 public:
  // Errors: a pattern that does not parse, an inventory that cannot be read. `listener` and `clock` must outlive it.
  static Result<std::unique_ptr<Discovery>> start(DiscoveryOptions options, const contracts::DataDirectory& directory,
                                                  DiscoveryListener& listener, const Clock& clock = system_clock());
  virtual ~Discovery() = default;  // stops and joins
  // What the collector has delivered of each source, as far as it changed: bytes from the beginning of its file.
  // Thread-safe.
  virtual void delivered(const std::map<std::string, std::uint64_t>& offsets_by_source) = 0;
};

}  // namespace oc::agent
