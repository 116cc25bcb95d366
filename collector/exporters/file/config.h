// The keys of the `file` exporter, official names and defaults.
#pragma once

#include <optional>
#include <string>

#include "collector/pipeline/config_reader.h"
#include "collector/pipeline/factory.h"

namespace oc::collector {

struct FileRotation {
  std::int64_t max_megabytes = 100;
  std::int64_t max_days = 0;       // backups that are older go; 0: none
  std::int64_t max_backups = 100;  // of more the oldest go; 0: none
  bool localtime = false;          // in the backups' names; else UTC
};

struct FileGroups {
  std::string resource_attribute = "fileexporter.path_segment";
  std::int64_t max_open_files = 100;
};

struct FileExporterConfig : ComponentConfig {
  std::string path;     // with groups: a '*' stands for the resource's attribute
  bool append = false;  // else the file is begun anew at each start
  bool proto = false;   // else JSON
  bool zstd = false;    // each message on its own
  std::optional<FileRotation> rotation;
  std::optional<FileGroups> groups;
  bool create_directory = false;
  unsigned directory_permissions = 0755;

  // Messages are lines of JSON; else each stands behind its length, four bytes, the highest first.
  bool writes_lines() const { return !proto && !zstd; }
};

Result<std::shared_ptr<const ComponentConfig>> parse_file_exporter_config(const ComponentId& id,
                                                                          const ConfigValue& value);

}  // namespace oc::collector
