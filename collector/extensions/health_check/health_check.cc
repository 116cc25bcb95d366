#include "collector/extensions/health_check/health_check.h"

#include <fmt/format.h>

#include "collector/pipeline/config_reader.h"

namespace oc::collector {

namespace {

// The answer of the official extension.
http::Response health_answer(const Host& host, Nanos up_since) {
  const double uptime = static_cast<double>(host.clock.wall_ns() - up_since) / 1e9;
  return http::Response::json(
      {{"status", "Server available"}, {"upSince", to_rfc3339(up_since)}, {"uptime", fmt::format("{:.3f}s", uptime)}});
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
  reader.not_supported({"tls", "response_body", "check_collector_pipeline", "cors", "auth", "read_timeout"});
  OC_TRY(reader.finish());
  return config;
}

}  // namespace

Status HealthCheck::start() {
  http::Router router;
  router.health(config_.path, [host = host_, up_since = host_.clock.wall_ns()](const http::Request&) {
    return health_answer(host, up_since);
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
