#include "collector/exporters/file/config.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace oc::collector {

namespace {

constexpr std::int64_t kMost = 1 << 30;

void read_rotation(ConfigReader& outer, FileExporterConfig& config) {
  const auto* value = outer.child("rotation");
  if (!value) return;
  ConfigReader reader(*value, outer.owner() + ": rotation");
  auto& rotation = config.rotation.emplace();
  reader.integer("max_megabytes", rotation.max_megabytes, 0, kMost);
  reader.integer("max_days", rotation.max_days, 0, kMost);
  reader.integer("max_backups", rotation.max_backups, 0, kMost);
  reader.boolean("localtime", rotation.localtime);
  if (rotation.max_megabytes == 0) rotation.max_megabytes = FileRotation().max_megabytes;
  if (auto read = reader.finish(); !read) outer.fail_with(read.error());
}

void check_pattern(ConfigReader& outer, const std::string& path) {
  if (std::ranges::count(path, '*') != 1) outer.fail("path", "'path' must hold exactly one '*' for group_by");
  if (path.starts_with('*')) outer.fail("path", "'path' must not begin with '*' for group_by");
}

void read_groups(ConfigReader& outer, FileExporterConfig& config) {
  const auto* value = outer.child("group_by");
  if (!value) return;
  ConfigReader reader(*value, outer.owner() + ": group_by");
  FileGroups groups;
  bool enabled = false;
  reader.boolean("enabled", enabled);
  reader.text("resource_attribute", groups.resource_attribute);
  reader.integer("max_open_files", groups.max_open_files, 0, kMost);
  if (enabled && groups.max_open_files == 0)
    reader.fail("max_open_files", "'max_open_files' must be greater than zero");
  if (enabled && groups.resource_attribute.empty())
    reader.fail("resource_attribute", "'resource_attribute' must not be empty");
  if (auto read = reader.finish(); !read) return outer.fail_with(read.error());
  if (!enabled) return;
  check_pattern(outer, config.path);
  config.groups = std::move(groups);
}

void read_form(ConfigReader& reader, FileExporterConfig& config) {
  std::string format = "json", compression;
  reader.text("format", format);
  reader.text("compression", compression);
  config.proto = format == "proto";
  config.zstd = compression == "zstd";
  if (format != "json" && format != "proto")
    reader.fail("format", fmt::format("'format' must be json or proto, not '{}'", format));
  if (!compression.empty() && !config.zstd)
    reader.fail("compression", fmt::format("'compression' must be zstd or empty, not '{}'", compression));
}

void read_directory(ConfigReader& reader, FileExporterConfig& config) {
  std::string permissions = "0755";
  reader.boolean("create_directory", config.create_directory);
  reader.text("directory_permissions", permissions);
  const auto* end = permissions.data() + permissions.size();
  const auto [stop, error] = std::from_chars(permissions.data(), end, config.directory_permissions, 8);
  if (error != std::errc() || stop != end || config.directory_permissions > 0777)
    reader.fail("directory_permissions",
                fmt::format("'directory_permissions' must be octal digits such as 0755, not '{}'", permissions));
}

}  // namespace

Result<std::shared_ptr<const ComponentConfig>> parse_file_exporter_config(const ComponentId& id,
                                                                          const ConfigValue& value) {
  auto config = std::make_shared<FileExporterConfig>();
  ConfigReader reader(value, id.text());
  Duration flush_interval{};
  reader.text("path", config->path);
  reader.boolean("append", config->append);
  reader.duration("flush_interval", flush_interval);  // each batch is written when it comes, which is sooner
  if (config->path.empty()) reader.fail("path", "'path' is missing");
  read_form(reader, *config);
  read_rotation(reader, *config);
  read_groups(reader, *config);
  read_directory(reader, *config);
  if (config->append && config->rotation) reader.fail("append", "'append' and 'rotation' cannot be used together");
  if (config->append && config->zstd) reader.fail("append", "'append' and 'compression' cannot be used together");
  reader.not_supported({"encoding"});
  OC_TRY(reader.finish());
  return config;
}

}  // namespace oc::collector
