// The records of ING-L1 and ING-L2.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace oc::model {

// "docker", "k8s", "filesystem", "journald", "probe"
enum class SourceType { kDocker, kKubernetes, kFilesystem, kJournald, kProbe };
enum class SourceStatus { kActive, kInactive };

// What inference found in a source's own bytes. Never text of the log.
struct LogShape {
  std::string shape;             // "ndjson", "syslog-rfc3164", "text" …; empty: nothing to look at yet
  std::string timestamp_layout;  // strptime letters, or epoch_s …; empty: none
  std::string record_start;      // regular expression a record's first line matches; empty: every line is a record
  std::string encoding = "utf-8";
  bool multiline = false;
  double confidence = 0;  // 0..1
  std::string reason;     // for people
  bool operator==(const LogShape&) const = default;
};

struct DiscoveredLogSource {
  std::string source_id;
  SourceType source_type = SourceType::kFilesystem;
  std::string log_path;                         // of a journal's source: "journald:UNIT"
  std::vector<std::string> aliases;             // other paths to the same file
  std::map<std::string, std::string> metadata;  // service_name, skipped, … : labels and reasons for people
  Nanos discovered_at_ns = 0;
  SourceStatus status = SourceStatus::kActive;
  LogShape shape;
  std::uint64_t start_offset = 0;   // first-run policy: reading begins here
  std::uint64_t skipped_bytes = 0;  // what the first-run policy leaves out, shown in the table
  bool operator==(const DiscoveredLogSource&) const = default;
};

// Its log_path is an absolute path or, of a journal's source, begins with kJournalPath.
bool has_log_path(const DiscoveredLogSource& source);
inline constexpr std::string_view kJournalPath = "journald:";
// The field of a journal's entries that says which container wrote them: Docker's and Podman's log drivers set it. What
// has it is of that container, and of no unit.
inline constexpr const char* kJournalContainer = "CONTAINER_ID_FULL";
// Of `metadata`: the path in its container of a log file that a container writes inside itself.
inline constexpr const char* kContainerFile = "container.file";

struct RegisteredLogSource {
  std::string id;  // UUID
  std::string agent_id;
  DiscoveredLogSource source;
  std::map<std::string, std::string> labels;       // resource attributes: service.name, host.name …
  std::map<std::string, std::string> user_labels;  // those of `labels` that people set; they win
  Nanos registered_at_ns = 0;
  Nanos last_seen_ns = 0;
  std::int64_t config_version = 0;  // 0: in no config yet
};

std::string_view to_string(SourceType type);
std::string_view to_string(SourceStatus status);

// JSON members have the names of the spec; times are RFC 3339 with milliseconds, so finer parts are lost on the way.
// Bytes that are not UTF-8 become U+FFFD: a path that is not UTF-8 cannot be told to another process.
Json to_json(const LogShape&);
Json to_json(const DiscoveredLogSource&);
Json to_json(const RegisteredLogSource&);
Result<LogShape> log_shape_from_json(const Json&);
Result<DiscoveredLogSource> discovered_log_source_from_json(const Json&);

}  // namespace oc::model
