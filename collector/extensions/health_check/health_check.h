// The `health_check` extension: answers 200 as long as the service runs. Keys: endpoint (localhost:13133), path (/),
// response_body.healthy (in place of the official JSON). Nobody is answered while it does not run, so
// response_body.unhealthy is never sent; timeouts of the server are the program's own.
#pragma once

#include <memory>
#include <string>

#include "base/http/server.h"
#include "collector/pipeline/factory.h"
#include "contracts/config/config.h"

namespace oc::collector {

struct HealthCheckConfig : ComponentConfig {
  contracts::Endpoint endpoint{"127.0.0.1", 13133};
  std::string path = "/";
  std::string healthy;  // empty: JSON
};

class HealthCheck final : public Extension {
 public:
  HealthCheck(HealthCheckConfig config, const Host& host) : config_(std::move(config)), host_(host) {}
  Status start() override;
  void stop() override;
  std::uint16_t port() const { return server_ ? server_->port() : 0; }

 private:
  const HealthCheckConfig config_;
  const Host host_;
  std::unique_ptr<http::Server> server_;
};

ExtensionFactory health_check_factory();

}  // namespace oc::collector
