// An HTTP/1.1 server: one coroutine a connection on one network thread, handlers on bounded thread pools (lanes).
// Health and admin have a lane of their own, so they answer when the rest is stuck.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/http/access.h"
#include "base/http/message.h"
#include "base/http/websocket.h"
#include "base/metrics.h"

namespace oc::http {

enum class Lane {
  kAdmin,  // health, metrics, status: quick, never waits for data
  kWork,   // writes, and whatever else may block
  kQuery,  // may take a processor for long; on threads of its own where Options::query_threads says so
};

using Handler = std::function<Response(const Request&)>;  // called from several threads at once; must not throw
// Likewise, with the body as it was sent, whatever its coding, for itself: large bodies are not copied.
using BodyHandler = std::function<Response(const Request&, std::string body)>;
// Called on the network thread, so it must be short. A response refuses the request, whether it asks for WebSocket or
// not; a session that does not come to be is destroyed without on_open.
using SessionFactory = std::function<std::expected<std::unique_ptr<WebSocketSession>, Response>(const Request&)>;

// Routes are exact paths or have {name} segments; an exact segment wins over {name}. A known path with another method
// answers 405 with Allow, an unknown path 404. HEAD is answered as GET without the body.
class Router {
 public:
  struct Route {
    std::string method;
    std::string pattern;
    Lane lane = Lane::kWork;
    bool open_to_all = false;  // no access check: /healthz, /readyz
    Handler handler;
    SessionFactory session;         // set for WebSocket routes
    BodyHandler body_handler = {};  // set in place of `handler`
  };
  void add(Route route) { routes_.push_back(std::move(route)); }
  void get(std::string pattern, Handler handler, Lane lane = Lane::kWork);
  void post(std::string pattern, Handler handler, Lane lane = Lane::kWork);
  void put(std::string pattern, Handler handler, Lane lane = Lane::kWork);
  void patch(std::string pattern, Handler handler, Lane lane = Lane::kWork);
  void del(std::string pattern, Handler handler, Lane lane = Lane::kWork);
  void health(std::string pattern, Handler handler);  // GET, admin lane, open to all
  void websocket(std::string pattern, SessionFactory factory);
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

class Server {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any free one
    AccessPolicy access;
    std::size_t work_threads = 4;
    std::size_t query_threads = 0;          // 0: queries run on the work threads
    std::size_t max_queued_requests = 256;  // beyond this a request is answered 503 with Retry-After
    std::size_t max_connections = 4096;     // beyond this who has been idle longest gives way; each takes a descriptor
    std::size_t max_body_bytes = 64 << 20;  // after decompression too; beyond this 413
    std::size_t max_unsent_bytes = 512 << 20;  // of answers whose readers are slow; beyond this 503
    std::chrono::seconds idle_timeout{120};
    std::size_t max_streams = 64;                 // streaming answers at a time; beyond this 503. Each holds no thread
    std::chrono::milliseconds heartbeat{15'000};  // a stream says at least this often that it is alive
    // How the server's own refusals (404, 405, 413, 415, 503 …) are worded; empty: as JSON. Short, thread-safe.
    std::function<Response(const Request&, Response refusal)> reword;
    std::shared_ptr<MetricRegistry> metrics;  // may be null; counts what a limit refused, by reason
  };
  // Binds and starts. A taken port is a permanent error that names the owning process (base/ports.h).
  static Result<std::unique_ptr<Server>> listen(Options options, Router router);
  virtual ~Server() = default;  // stops
  virtual std::uint16_t port() const = 0;
  // Stops accepting, sets `cancelled` of running requests, closes WebSockets, waits for handlers. Idempotent.
  virtual void stop() = 0;
};

}  // namespace oc::http
