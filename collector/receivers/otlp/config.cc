#include "collector/receivers/otlp/config.h"

#include <fmt/format.h>

namespace oc::collector {

namespace {

void read_endpoint(ConfigReader& reader, OtlpReceiverConfig& config) {
  std::string endpoint = config.endpoint.text();
  reader.text("endpoint", endpoint);
  if (endpoint.starts_with(':')) endpoint = "0.0.0.0" + endpoint;  // as in Go
  auto parsed = contracts::Endpoint::parse(endpoint);
  if (!parsed)
    return reader.fail("endpoint", fmt::format("'endpoint': {}", parsed.error().message), parsed.error().next_step);
  config.endpoint = *parsed;
}

void read_cors(ConfigReader& outer, CorsConfig& cors) {
  const auto* value = outer.child("cors");
  if (!value) return;
  ConfigReader reader(*value, outer.owner() + ": cors");
  reader.text_list("allowed_origins", cors.allowed_origins);
  reader.text_list("allowed_headers", cors.allowed_headers);
  reader.text_list("exposed_headers", cors.exposed_headers);
  reader.integer("max_age", cors.max_age, 0, 1 << 30);
  if (auto read = reader.finish(); !read) outer.fail_with(read.error());
}

void read_codings(ConfigReader& reader, std::vector<std::string>& codings) {
  const auto known = codings;
  reader.text_list("compression_algorithms", codings);
  for (const auto& coding : codings)
    if (!coding.empty() && std::ranges::find(known, coding) == known.end())
      reader.fail("compression_algorithms", fmt::format("'compression_algorithms': '{}' is not supported", coding),
                  fmt::format("there are: {}", fmt::join(known, ", ")));
}

void read_path(ConfigReader& reader, std::string_view key, std::string& path) {
  reader.text(key, path);
  if (!path.starts_with('/')) path = "/" + path;
}

Status read_http(const ConfigValue& value, const std::string& owner, OtlpReceiverConfig& config) {
  ConfigReader reader(value, owner + ": http");
  std::string other = "/v1/other";
  read_endpoint(reader, config);
  read_path(reader, "logs_url_path", config.logs_path);
  read_path(reader, "traces_url_path", other);  // they answer once there are pipelines for them
  read_path(reader, "metrics_url_path", other);
  reader.byte_size("max_request_body_size", config.max_body_bytes);
  if (config.max_body_bytes == 0) config.max_body_bytes = OtlpReceiverConfig().max_body_bytes;
  reader.boolean("include_metadata", config.include_metadata);
  read_cors(reader, config.cors);
  reader.text_map("response_headers", config.response_headers);
  read_codings(reader, config.codings);
  reader.duration("idle_timeout", config.idle_timeout);
  if (config.idle_timeout < std::chrono::seconds(1)) config.idle_timeout = std::chrono::seconds(1);
  reader.not_supported({"tls", "auth", "read_timeout", "read_header_timeout", "write_timeout", "keep_alives_enabled",
                        "middlewares", "transport"});
  return reader.finish();
}

}  // namespace

Result<std::shared_ptr<const ReceiverConfig>> parse_otlp_receiver_config(const ComponentId& id,
                                                                         const ConfigValue& value) {
  auto config = std::make_shared<OtlpReceiverConfig>();
  config->source_id = id.text();
  ConfigReader reader(value, id.text());
  // "http:" without a value takes the defaults, so what counts is that the key is there.
  const auto* protocols = reader.child("protocols");
  if (!protocols || !protocols->is_map() || protocols->fields.empty()) {
    reader.fail("protocols", "'protocols' must name at least one protocol", "add protocols: {http: {}}");
    OC_TRY(reader.finish());
    return config;
  }
  OC_TRY(reader.finish());
  ConfigReader inner(*protocols, id.text() + ": protocols");
  for (const char* protocol : {"http", "grpc"}) inner.child(protocol);
  if (protocols->find("grpc"))
    inner.fail("grpc", "'grpc' is not supported yet: OTLP is taken over HTTP only",
               "remove it and let clients send to http (OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf)");
  OC_TRY(inner.finish());
  OC_TRY(read_http(*protocols->find("http"), id.text(), *config));
  return config;
}

}  // namespace oc::collector
