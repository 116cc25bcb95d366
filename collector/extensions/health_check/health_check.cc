#include "collector/extensions/health_check/health_check.h"

#include <fmt/format.h>

#include "collector/pipeline/config_reader.h"

namespace oc::collector {

namespace {

// The answers of the official extension.
http::Response health_answer(const Host& host, Nanos up_since, const std::string& healthy) {
  if (!healthy.empty())
    return {.status = 200, .headers = {{"Content-Type", "text/plain; charset=utf-8"}}, .body = healthy};
  const double uptime = static_cast<double>(host.clock.wall_ns() - up_since) / 1e9;
  return http::Response::json(
      {{"status", "Server available"}, {"upSince", to_rfc3339(up_since)}, {"uptime", fmt::format("{:.3f}s", uptime)}});
}

void read_body(ConfigReader& reader, HealthCheckConfig& config) {
  const auto* value = reader.child("response_body");
  if (!value) return;
  ConfigReader inner(*value, reader.owner() + ": response_body");
  std::string unhealthy;
  inner.text("healthy", config.healthy);
  inner.text("unhealthy", unhealthy);
  if (auto finished = inner.finish(); !finished) reader.fail_with(finished.error());
}

// Off by default there, too, and its documentation advises against it.
void read_pipeline_check(ConfigReader& reader) {
  const auto* value = reader.child("check_collector_pipeline");
  if (!value) return;
  ConfigReader inner(*value, reader.owner() + ": check_collector_pipeline");
  bool enabled = false;
  inner.boolean("enabled", enabled);
  (void)inner.child("interval");
  (void)inner.child("exporter_failure_threshold");
  if (enabled)
    inner.fail("enabled", "'check_collector_pipeline' is not supported yet",
               "watch otelcol_exporter_send_failed_log_records in its place");
  if (auto finished = inner.finish(); !finished) reader.fail_with(finished.error());
}

Result<std::shared_ptr<const ComponentConfig>> parse(const ComponentId& id, const ConfigValue& value) {
  auto config = std::make_shared<HealthCheckConfig>();
  ConfigReader reader(value, id.text());
  std::string endpoint;
  reader.text("endpoint", endpoint);
  if (endpoint.starts_with("localhost:")) endpoint.replace(0, std::string_view("localhost").size(), "127.0.0.1");
  if (!endpoint.empty()) {
    if (auto parsed = contracts::Endpoint::parse(endpoint)) {
      config->endpoint = *parsed;
    } else {
      reader.fail("endpoint", "'endpoint': " + parsed.error().message, parsed.error().next_step);
    }
  }
  reader.text("path", config->path);
  if (!config->path.starts_with('/'))
    reader.fail("path", fmt::format("'path' must begin with a slash, not '{}'", config->path));
  read_body(reader, *config);
  read_pipeline_check(reader);
  Duration unused{};
  for (const auto* key : {"read_timeout", "read_header_timeout", "write_timeout", "idle_timeout"})
    reader.duration(key, unused);
  reader.not_supported({"tls", "cors", "auth", "http", "grpc", "use_v2", "component_health"});
  OC_TRY(reader.finish());
  return config;
}

}  // namespace

Status HealthCheck::start() {
  http::Router router;
  router.health(config_.path, [host = host_, up_since = host_.clock.wall_ns(), healthy = config_.healthy](const auto&) {
    return health_answer(host, up_since, healthy);
  });
  http::Server::Options options;
  options.address = config_.endpoint.address;
  options.port = config_.endpoint.port;
  options.work_threads = 1;
  OC_TRY_ASSIGN(server_, http::Server::listen(std::move(options), std::move(router)));
  return {};
}

void HealthCheck::stop() { server_.reset(); }

ExtensionFactory health_check_factory() {
  return {.type = "health_check",
          .aliases = {},
          .parse = parse,
          .make = [](const ComponentId&, std::shared_ptr<const ComponentConfig> config,
                     const Host& host) -> std::shared_ptr<Extension> {
            return std::make_shared<HealthCheck>(static_cast<const HealthCheckConfig&>(*config), host);
          }};
}

}  // namespace oc::collector
