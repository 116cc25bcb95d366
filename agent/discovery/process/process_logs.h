// Log files that processes of this machine write, as `onecollector find-process-logs` finds them for the agent. Looking
// into other users' processes takes CAP_SYS_PTRACE: that is given to a child that lives for some milliseconds, not to
// the agent, which reads what it has found (FORMAT.md).
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oc::agent {

struct ProcessLog {
  std::string path;     // without links
  std::string process;  // its name, as ps shows it
  int pid = 0;
  std::string service;  // OTEL_SERVICE_NAME of its environment
  std::string unit;     // of systemd; both may be empty
  bool operator==(const ProcessLog&) const = default;
};

struct ProcessLogs {
  std::vector<ProcessLog> logs;  // by path, each once
  std::size_t unreadable = 0;    // processes that could not be looked into for lack of CAP_SYS_PTRACE
  bool operator==(const ProcessLogs&) const = default;
};

std::string encode_process_logs(const ProcessLogs& logs);
Result<ProcessLogs> decode_process_logs(std::string_view text);

struct FindOptions {
  std::filesystem::path proc = "/proc";
  std::filesystem::path own_folder;      // nothing below it is a log
  std::filesystem::path own_executable;  // what it writes is not looked at
  std::chrono::seconds min_age{10};      // what ends sooner has no log of its own
};
// Of processes that run for a while, in no container: regular files, ours under the same path, that they have open for
// writing or name in their environment (log_path_hints.h), and that go by the name of a log. Other variables are read
// past, and never kept.
ProcessLogs find_process_logs(const FindOptions& options);

// By the name alone: app.log, logs/current, not app.log.1.gz, nor data.db.
bool goes_by_the_name_of_a_log(const std::string& path);

}  // namespace oc::agent
