// The HTTP server of an `otlp` receiver. It outlives a reload that leaves its address and limits: a receiver that
// follows another one on the same address takes the port over, and no client sees it closed.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/http/server.h"
#include "collector/receivers/otlp/config.h"

namespace oc::collector {

class OtlpPorts {
 public:
  // Requests are handled by `handler` from now on, in place of that of an earlier owner of the address, which may still
  // be at work for a while: it must own what it uses.
  Status open(const OtlpReceiverConfig& config, const void* owner, http::BodyHandler handler,
              std::shared_ptr<MetricRegistry> metrics);
  // Closes what the owner has still got; its handler is not running any more afterwards.
  void close(const void* owner);
  std::uint16_t port_of(const void* owner) const;

 private:
  struct Target;
  struct Port {
    std::unique_ptr<http::Server> server;
    std::shared_ptr<Target> target;
    std::string limits;  // what the server was made with
  };
  Status listen(const OtlpReceiverConfig& config, Port& port, std::shared_ptr<MetricRegistry> metrics);

  std::map<std::string, Port> ports_;  // by address
};

}  // namespace oc::collector
