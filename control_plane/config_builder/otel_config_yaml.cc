#include <yaml-cpp/yaml.h>

#include "control_plane/config_builder/otel_config.h"
#include "control_plane/config_builder/yaml_scalar.h"

namespace oc::control_plane {

namespace {

using YAML::BeginMap, YAML::BeginSeq, YAML::EndMap, YAML::EndSeq, YAML::Flow, YAML::Key, YAML::Value;

// Text from outside: paths, labels, endpoints.
void write_text(YAML::Emitter& out, std::string_view text) {
  const auto escaped = escape_expansion(text);
  if (needs_quotes(escaped)) out << YAML::DoubleQuoted;
  out << escaped;
}

void begin(YAML::Emitter& out, const std::string& key) { out << Key << key << Value << BeginMap; }

void write_extensions(YAML::Emitter& out, const OtelConfig& config) {
  begin(out, "extensions");
  begin(out, "file_storage");
  out << Key << "directory" << Value;
  write_text(out, config.storage_directory);
  out << EndMap;
  begin(out, "health_check");
  out << Key << "endpoint" << Value << YAML::DoubleQuoted << config.health_check.text() << EndMap << EndMap;
}

std::string receiver_name(const OtelConfig& config, const FileLogReceiver& receiver) {
  return std::string(component_name("file_log", config.target)) + "/" + receiver.source_id;
}

void write_receiver(YAML::Emitter& out, const OtelConfig& config, const FileLogReceiver& receiver) {
  out << Key;
  write_text(out, receiver_name(config, receiver));
  out << Value << BeginMap << Key << "include" << Value << Flow << BeginSeq;
  write_text(out, escape_glob(receiver.path));
  out << EndSeq << Key << "start_at" << Value << "beginning";
  if (config.target.native && receiver.start_offset > 0) out << Key << "start_offset" << Value << receiver.start_offset;
  out << Key << "include_file_path" << Value << true;
  out << Key << "include_file_record_offset" << Value << true;
  out << Key << "storage" << Value << "file_storage";
  out << Key << "resource" << Value << Flow << BeginMap;
  for (const auto& [name, value] : receiver.resource) {
    out << Key;
    write_text(out, name);
    out << Value;
    write_text(out, value);
  }
  out << EndMap << EndMap;
}

void write_receivers(YAML::Emitter& out, const OtelConfig& config) {
  begin(out, "receivers");
  for (const auto& receiver : config.receivers) write_receiver(out, config, receiver);
  out << EndMap;
}

void write_processors(YAML::Emitter& out, const OtelConfig& config) {
  begin(out, "processors");
  begin(out, "memory_limiter");
  out << Key << "check_interval" << Value << "1s" << Key << "limit_mib" << Value << config.memory_limit_mib;
  out << EndMap << EndMap;
}

// The official defaults lose data: they give up after five minutes. Here a sink that is away is waited for.
void write_exporters(YAML::Emitter& out, const OtelConfig& config) {
  begin(out, "exporters");
  begin(out, std::string(component_name("otlp_http", config.target)) + "/logs");
  out << Key << "endpoint" << Value;
  write_text(out, config.logs_endpoint);
  if (config.target.native && !config.watermarks_endpoint.empty()) {
    out << Key << "watermarks_endpoint" << Value;
    write_text(out, config.watermarks_endpoint);
  }
  out << Key << "compression" << Value << "none" << Key << "retry_on_failure" << Value << Flow << BeginMap;
  out << Key << "enabled" << Value << true << Key << "max_elapsed_time" << Value << "0s" << EndMap;
  out << EndMap << EndMap;
}

void write_telemetry(YAML::Emitter& out, const OtelConfig& config) {
  begin(out, "telemetry");
  begin(out, "metrics");
  out << Key << "readers" << Value << BeginSeq << Flow << BeginMap << Key << "pull" << Value << BeginMap << Key
      << "exporter" << Value << BeginMap << Key << "prometheus" << Value << BeginMap;
  out << Key << "host" << Value << YAML::DoubleQuoted << config.own_metrics.address;
  out << Key << "port" << Value << config.own_metrics.port;
  out << EndMap << EndMap << EndMap << EndMap << EndSeq << EndMap << EndMap;
}

void write_pipelines(YAML::Emitter& out, const OtelConfig& config) {
  begin(out, "pipelines");
  begin(out, "logs");
  out << Key << "receivers" << Value << BeginSeq;
  for (const auto& receiver : config.receivers) write_text(out, receiver_name(config, receiver));
  out << EndSeq << Key << "processors" << Value << Flow << BeginSeq << "memory_limiter" << EndSeq;
  out << Key << "exporters" << Value << Flow << BeginSeq
      << std::string(component_name("otlp_http", config.target)) + "/logs" << EndSeq << EndMap << EndMap;
}

void write_service(YAML::Emitter& out, const OtelConfig& config) {
  begin(out, "service");
  out << Key << "extensions" << Value << Flow << BeginSeq << "file_storage" << "health_check" << EndSeq;
  write_telemetry(out, config);
  write_pipelines(out, config);
  out << EndMap;
}

}  // namespace

std::string to_yaml(const OtelConfig& config) {
  YAML::Emitter out;
  out << BeginMap;
  write_extensions(out, config);
  write_receivers(out, config);
  write_processors(out, config);
  write_exporters(out, config);
  write_service(out, config);
  out << EndMap;
  return std::string(out.c_str(), out.size()) + "\n";
}

std::string escape_glob(std::string_view path) {
  std::string escaped;
  for (const char letter : path) {
    if (std::string_view("*?[]{}\\").find(letter) != std::string_view::npos) escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

}  // namespace oc::control_plane
