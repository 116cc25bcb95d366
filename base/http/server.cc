#include "base/http/server.h"

#include <future>
#include <thread>

#include <fmt/format.h>

#include "base/http/asio.h"
#include "base/http/connection.h"
#include "base/log.h"
#include "base/ports.h"

namespace oc::http {

namespace {

constexpr std::size_t kAdminQueue = 64;  // health checks answer in microseconds; a longer queue is somebody's loop
constexpr std::chrono::milliseconds kAcceptPause{100};  // out of descriptors: others must close some first
constexpr std::chrono::seconds kStopGrace{3};           // for answers under way and closing handshakes

std::unexpected<Error> listen_error(const std::string& address, std::uint16_t port, const ErrorCode& error) {
  const auto place =
      address.contains(':') ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
  if (error != asio::error::address_in_use) return permanent(fmt::format("listen on {}: {}", place, error.message()));
  const auto owner = port_owner(port);
  return permanent(fmt::format("{} is taken by {}", place, owner ? owner->text() : "another process"),
                   "stop it, or choose another port: --port-offset N or listen.* in onecollector.yaml");
}

// Member order matters: the event loop is destroyed before what its coroutines refer to, the acceptor before the loop.
class ServerImpl final : public Server {
 public:
  ServerImpl(Options options, const Router& router)
      : context_{.options = options,
                 .routes = RouteTable(router),
                 .admin = {1, kAdminQueue},
                 .work = {options.work_threads, options.max_queued_requests},
                 .query = {options.query_threads, options.max_queued_requests},
                 .refusals = Refusals(options.metrics, fmt::format("{}:{}", options.address, options.port))},
        acceptor_(loop_) {}
  ~ServerImpl() override { stop(); }

  Status start() {
    const auto& [address, port] = std::tie(context_.options.address, context_.options.port);
    ErrorCode error;
    const tcp::endpoint endpoint(asio::ip::make_address(address, error), port);
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return listen_error(address, port, error);
    port_ = acceptor_.local_endpoint(error).port();
    asio::co_spawn(loop_, accept(), asio::detached);
    thread_ = std::thread([this] {
      loop_.run();
      ended_.set_value();
    });
    return {};
  }
  std::uint16_t port() const override { return port_; }

  void stop() override {
    std::lock_guard lock(stop_mutex_);
    if (!thread_.joinable()) return;
    asio::post(loop_, [this] { stop_connections(); });
    context_.admin.stop();
    context_.work.stop();
    context_.query.stop();
    if (ended_.get_future().wait_for(kStopGrace) != std::future_status::ready) loop_.stop();
    thread_.join();
    for (Connection* connection : context_.connections) connection->detach();
  }

 private:
  asio::awaitable<void> accept() {
    asio::steady_timer pause(loop_);
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(kAwait);
      if (!acceptor_.is_open()) co_return;
      if (!error) {
        admit(std::move(socket));
        continue;
      }
      context_.refusals.count("accept: " + error.message());
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kAwait);
    }
  }
  void admit(tcp::socket socket) {
    if (context_.connections.size() >= context_.options.max_connections && !make_room())
      return context_.refusals.count("connections");
    auto connection = std::make_shared<Connection>(std::move(socket), context_);
    asio::co_spawn(loop_, Connection::serve(std::move(connection)), asio::detached);
  }
  // Else whoever holds connections open without using them keeps everybody else out.
  bool make_room() {
    auto& waiting = context_.waiting;
    if (waiting.empty()) return false;
    context_.refusals.count("idle connections");
    waiting.splice(waiting.end(), waiting, waiting.begin());  // it leaves the list when its reading has ended
    waiting.back()->give_way();
    return true;
  }
  void stop_connections() {
    ErrorCode ignored;
    acceptor_.close(ignored);
    const auto connections = context_.connections;
    for (Connection* connection : connections) connection->stop();
  }

  ServerContext context_;
  asio::io_context loop_{1};
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::mutex stop_mutex_;
  std::promise<void> ended_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(Options options, Router router) {
  auto server = std::make_unique<ServerImpl>(std::move(options), router);
  OC_TRY(server->start());
  return server;
}

}  // namespace oc::http
