// What becomes of the logs that processes write: collected where they are allowed, proposed where nobody asked for
// them. Used by one thread.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "agent/discovery/glob.h"
#include "agent/discovery/named_files.h"
#include "agent/discovery/process/process_logs.h"
#include "contracts/config/config.h"
#include "contracts/opamp/proposed_log.h"

namespace oc::agent {

class ProcessFiles {
 public:
  // `found`: the file that `onecollector find-process-logs` writes. Errors: a glob that does not parse, or is not
  // absolute.
  static Result<ProcessFiles> make(const contracts::ProcessDiscovery& config, std::string found);

  bool enabled() const { return !found_.empty(); }
  // Reads it again if it is another one than the last time. Whether it was.
  bool refresh();
  // One that was collected before, in another run: if it is allowed still, it is wanted although its process may have
  // ended meanwhile.
  void remember(const std::string& path, const Metadata& metadata);
  // Those that are allowed, also while no process has them open, as long as they are there.
  bool wanted() const { return !collected_.empty(); }
  NamedFiles list() const;
  // Those that are not, but for the ones that are known by another way.
  std::vector<contracts::ProposedLog> proposed(const std::function<bool(const std::string& path)>& is_known) const;
  // For people.
  std::vector<std::string> notes() const;

 private:
  ProcessFiles(std::vector<Glob> allow, std::string found) : allow_(std::move(allow)), found_(std::move(found)) {}
  bool is_allowed(const std::string& path) const;

  std::vector<Glob> allow_;
  std::string found_;  // empty: processes are not looked at
  FileIdentity read_;
  ProcessLogs logs_;
  std::map<std::string, Metadata> collected_;  // by path
};

}  // namespace oc::agent
