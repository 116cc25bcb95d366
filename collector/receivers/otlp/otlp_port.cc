#include "collector/receivers/otlp/otlp_port.h"

#include <mutex>

#include <fmt/format.h>

#include "collector/receivers/otlp/answer.h"

namespace oc::collector {

namespace {

// Requests that wait for a queue on disk hold a thread each; with these a sync serves many.
constexpr std::size_t kThreads = 16;

OtlpEncoding encoding_of(const http::Request& request) {
  return request.headers.get("Content-Type").value_or("").starts_with("application/json") ? OtlpEncoding::kJson
                                                                                          : OtlpEncoding::kProtobuf;
}

// The server's own refusals, as the official receiver words them.
http::Response worded_as_official(const http::Request& request, http::Response refusal) {
  switch (refusal.status) {
    case 404:
      return plain_answer(404, "404 page not found\n", "text/plain; charset=utf-8");
    case 405:
      return plain_answer(405, "405 method not allowed, supported: [POST]");
    case 413:
      return error_answer(encoding_of(request), 400, kInvalidArgument, "http: request body too large");
    case 503:
      return busy_answer(encoding_of(request), "too many requests wait already");
    default:
      return refusal;
  }
}

}  // namespace

struct OtlpPorts::Target {
  std::mutex mutex;
  const void* owner = nullptr;
  std::shared_ptr<const http::BodyHandler> handler;

  void set(const void* new_owner, http::BodyHandler new_handler) {
    std::lock_guard lock(mutex);
    owner = new_owner;
    handler = std::make_shared<const http::BodyHandler>(std::move(new_handler));
  }
  http::Response handle(const http::Request& request, std::string body) {
    std::unique_lock lock(mutex);
    const auto now = handler;
    lock.unlock();
    return (*now)(request, std::move(body));
  }
};

Status OtlpPorts::open(const OtlpReceiverConfig& config, const void* owner, http::BodyHandler handler,
                       std::shared_ptr<MetricRegistry> metrics) {
  auto& port = ports_[config.endpoint.text()];
  const auto limits = fmt::format("{} {} {} {}", config.logs_path, config.max_body_bytes, config.idle_timeout.count(),
                                  config.cors.allowed_origins.empty());
  if (!port.target) port.target = std::make_shared<Target>();
  port.target->set(owner, std::move(handler));
  if (port.server && port.limits == limits) return {};
  port.server.reset();
  port.limits = limits;
  auto listens = listen(config, port, std::move(metrics));
  if (!listens) ports_.erase(config.endpoint.text());
  return listens;
}

Status OtlpPorts::listen(const OtlpReceiverConfig& config, Port& port, std::shared_ptr<MetricRegistry> metrics) {
  http::Router router;
  const auto add = [&](const char* method) {
    router.add({.method = method,
                .pattern = config.logs_path,
                .lane = http::Lane::kWork,
                .open_to_all = true,
                .handler = {},
                .session = {},
                .body_handler = [target = port.target](const http::Request& request, std::string body) {
                  return target->handle(request, std::move(body));
                }});
  };
  add("POST");
  if (!config.cors.allowed_origins.empty()) add("OPTIONS");
  http::Server::Options options;
  options.address = config.endpoint.address == "localhost" ? "127.0.0.1" : config.endpoint.address;
  options.port = config.endpoint.port;
  options.access = http::AccessPolicy::everyone();  // whoever has data may bring it, as with the official receiver
  options.work_threads = kThreads;
  options.max_body_bytes = config.max_body_bytes;
  options.idle_timeout = std::chrono::ceil<std::chrono::seconds>(config.idle_timeout);
  options.reword = worded_as_official;
  options.metrics = std::move(metrics);
  OC_TRY_ASSIGN(port.server, http::Server::listen(std::move(options), std::move(router)));
  return {};
}

void OtlpPorts::close(const void* owner) {
  std::erase_if(ports_, [&](const auto& entry) { return entry.second.target->owner == owner; });
}

std::uint16_t OtlpPorts::port_of(const void* owner) const {
  for (const auto& [address, port] : ports_)
    if (port.target->owner == owner) return port.server->port();
  return 0;
}

}  // namespace oc::collector
