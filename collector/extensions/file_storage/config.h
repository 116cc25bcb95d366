// The keys of `file_storage`: directory, create_directory (true),
// directory_permissions (0750), fsync (true; false, the official default, may read lines again after a power failure).
// timeout, compaction and recreate are accepted: its file has one owner, becomes small by itself, and damage to it
// costs what is damaged only.
#pragma once

#include <string>

#include "collector/pipeline/factory.h"

namespace oc::collector {

struct FileStorageConfig : ComponentConfig {
  std::string directory = "/var/lib/otelcol/file_storage";
  bool create_directory = true;
  unsigned permissions = 0750;  // of a directory that is created
  bool fsync = true;
};

Result<std::shared_ptr<const ComponentConfig>> parse_file_storage_config(const ComponentId& id,
                                                                         const ConfigValue& value);

}  // namespace oc::collector
