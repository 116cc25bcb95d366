// The members of a JSON record that say when and how severe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/log_format/record_reader.h"
#include "formats/find_timestamp.h"

namespace oc::agent {

// Member names as they are written; a time one object deeper is "t.$date" (MongoDB).
struct JsonKeys {
  std::string time;
  std::string severity;
};

struct JsonMembers {
  bool valid = false;
  std::optional<formats::FoundTimestamp> time;
  std::optional<formats::Severity> severity;
};

// Reads those two members of an object.
JsonMembers read_json_members(std::string_view object, const JsonKeys& keys);

// What most of the objects use: the best-named member that holds times, the best-named one that holds levels.
JsonKeys find_json_keys(const std::vector<std::string_view>& objects);

// Names of the outermost members, in the order they are first seen.
std::vector<std::string> member_names(const std::vector<std::string_view>& objects);

// "ecs", "pino", "zap", "mongodb" …, by the names of the members; empty where none is known.
std::string json_dialect(const std::vector<std::string>& names);

// The severity that a member's value stands for: words, letters, numbers of syslog, pino and OpenTelemetry.
std::optional<formats::Severity> severity_of_member(std::string_view key, std::string_view value);

}  // namespace oc::agent
