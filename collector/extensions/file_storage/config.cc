#include "collector/extensions/file_storage/config.h"

#include <charconv>

#include "collector/pipeline/config_reader.h"

namespace oc::collector {

namespace {

void read_permissions(ConfigReader& reader, unsigned& permissions) {
  std::string octal;
  reader.text("directory_permissions", octal);
  if (octal.empty()) return;
  unsigned read = 0;
  const auto [end, error] = std::from_chars(octal.data(), octal.data() + octal.size(), read, 8);
  if (error != std::errc() || end != octal.data() + octal.size())
    return reader.fail("directory_permissions", "directory_permissions value must be a valid octal representation");
  if (read > 0777)
    return reader.fail("directory_permissions", "directory_permissions contain invalid bits for file access");
  permissions = read;
}

// What they are for is the case here in any case.
void read_needless(ConfigReader& reader) {
  Duration timeout{};
  reader.duration("timeout", timeout);
  bool recreate = false;
  reader.boolean("recreate", recreate);
  const auto* value = reader.child("compaction");
  if (!value) return;
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  ConfigReader inner(*value, reader.owner() + ": compaction");
  bool on_start = false, on_rebound = false, cleanup = false;
  std::int64_t number = 0;
  Duration interval = std::chrono::seconds(5);
  std::string directory;
  inner.boolean("on_start", on_start);
  inner.boolean("on_rebound", on_rebound);
  inner.boolean("cleanup_on_start", cleanup);
  inner.text("directory", directory);
  for (const auto* key : {"rebound_needed_threshold_mib", "rebound_trigger_threshold_mib", "max_transaction_size"})
    inner.integer(key, number, 0, kMost);
  inner.duration("check_interval", interval);
  if (on_rebound && interval.count() <= 0)
    inner.fail("check_interval", "compaction check interval must be positive when rebound compaction is set");
  if (auto finished = inner.finish(); !finished) reader.fail_with(finished.error());
}

}  // namespace

Result<std::shared_ptr<const ComponentConfig>> parse_file_storage_config(const ComponentId& id,
                                                                         const ConfigValue& value) {
  auto config = std::make_shared<FileStorageConfig>();
  ConfigReader reader(value, id.text());
  reader.text("directory", config->directory);
  reader.boolean("create_directory", config->create_directory);
  reader.boolean("fsync", config->fsync);
  read_permissions(reader, config->permissions);
  read_needless(reader);
  reader.not_supported({"max_size"});
  OC_TRY(reader.finish());
  return config;
}

}  // namespace oc::collector
