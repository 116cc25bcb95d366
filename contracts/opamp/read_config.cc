#include "contracts/opamp/fields.h"
#include "contracts/opamp/read_parts.h"

namespace oc::contracts::opamp {

namespace {

// An agent has one file; includes and overlays may make it a handful.
constexpr std::size_t kMaxConfigFiles = 1'000;

ConfigFile read_config_file(View bytes) {
  using F = field::AgentConfigFile;
  ConfigFile file;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    switch (tag) {
      case F::body:
        return reader.take_bytes(file.body);
      case F::content_type:
        return reader.take(file.content_type, "content_type");
      default:
        return reader.skip();
    }
  });
  return file;
}

}  // namespace

ConfigMap read_config_map(View bytes) {
  using F = field::AgentConfigMap;
  ConfigMap files;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    if (tag != F::config_map) return reader.skip();
    reader.take_message([&](View entry) {
      read_map_entry(entry, [&](std::string name, View value) {
        require_below(files.size(), kMaxConfigFiles, "config files");
        files[std::move(name)] = read_config_file(value);
      });
    });
  });
  return files;
}

ConfigMap read_effective_config(View bytes) {
  using F = field::EffectiveConfig;
  ConfigMap files;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    if (tag != F::config_map) return reader.skip();
    reader.take_message([&](View map) { files = read_config_map(map); });
  });
  return files;
}

RemoteConfigStatus read_remote_config_status(View bytes) {
  using F = field::RemoteConfigStatus;
  RemoteConfigStatus status;
  std::uint64_t state = 0;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    switch (tag) {
      case F::last_remote_config_hash:
        return reader.take_bytes(status.last_hash);
      case F::status:
        return reader.take(state);
      case F::error_message:
        return reader.take(status.error, "remote_config_status.error_message");
      default:
        return reader.skip();
    }
  });
  // A state of a later spec tells us no more than an unset one.
  if (state <= static_cast<std::uint64_t>(RemoteConfigState::kFailed)) status.state = RemoteConfigState(state);
  return status;
}

RemoteConfig read_remote_config(View bytes) {
  using F = field::AgentRemoteConfig;
  RemoteConfig config;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    switch (tag) {
      case F::config:
        return reader.take_message([&](View map) { config.files = read_config_map(map); });
      case F::config_hash:
        return reader.take_bytes(config.hash);
      default:
        return reader.skip();
    }
  });
  return config;
}

}  // namespace oc::contracts::opamp
