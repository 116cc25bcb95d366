// A collector config as the control plane thinks of it; to_tree() lays it out in OpenTelemetry's keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "contracts/config/config.h"
#include "control_plane/config_builder/component_names.h"
#include "control_plane/config_builder/yaml_tree.h"

namespace oc::control_plane {

struct FileLogReceiver {
  std::string source_id;
  std::string path;                // of one file, not a pattern
  std::uint64_t start_offset = 0;  // native only
  std::map<std::string, std::string> resource;
  bool docker_local = false;             // is_docker_local()
  std::string inside_container = {};     // its path there; native only. Empty: it is no file of a container's own
  std::vector<YamlTree> operators = {};  // record_operators()
};

struct JournaldReceiver {
  std::string source_id;
  std::string directory;           // empty: the machine's journal
  std::string field, value;        // of its entries
  std::uint64_t start_offset = 0;  // native only
  std::map<std::string, std::string> resource;
};

struct OtelConfig {
  CollectorTarget target;
  std::string storage_directory;
  contracts::Endpoint health_check;
  contracts::Endpoint own_metrics;
  std::uint64_t memory_limit_mib = 0;
  std::string logs_endpoint;               // "/v1/logs" is appended by the exporter
  std::string watermarks_endpoint;         // native only; empty: the store has no range memory
  std::vector<FileLogReceiver> receivers;  // sorted by source_id
  std::vector<JournaldReceiver> journals;  // likewise
  std::vector<std::string> held_files;     // native only: patterns of what may be deleted before it is read
  std::vector<std::string> reread;         // native only: hashes of configs whose reading is done again
};

YamlTree to_tree(const OtelConfig& config);
// "file_log/ab12", or as older collectors spell it.
std::string receiver_name(const CollectorTarget& target, const FileLogReceiver& receiver);
std::string receiver_name(const CollectorTarget& target, const JournaldReceiver& receiver);

// A path as a doublestar pattern that matches only itself.
std::string escape_glob(std::string_view path);

}  // namespace oc::control_plane
