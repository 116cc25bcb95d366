// One accepted connection of the server: requests one after the other, answered in order (so pipelining is safe), until
// one end has had enough. Private to base/http. Lives on the server's network thread; only handlers run elsewhere.
#pragma once

#include <list>
#include <memory>
#include <stop_token>
#include <unordered_set>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/http/asio.h"
#include "base/http/lane_pool.h"
#include "base/http/refusals.h"
#include "base/http/route_table.h"
#include "base/http/server.h"
#include "base/http/stream_waker.h"
#include "base/http/websocket_connection.h"

namespace oc::http {

class Connection;

// What the connections of one server share.
struct ServerContext {
  const Server::Options options;
  const RouteTable routes;
  LanePool admin, work, query;
  Refusals refusals;
  std::unordered_set<Connection*> connections{};  // network thread only, as are the next
  std::list<Connection*> waiting{};               // for a request; who waits longest comes first
  std::size_t streams = 0;
  std::size_t unsent_bytes = 0;  // of answers, until they are written as a whole

  LanePool& lane(Lane which) {
    if (which == Lane::kAdmin) return admin;
    return which == Lane::kQuery && options.query_threads > 0 ? query : work;
  }
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, ServerContext& server);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The life of the connection; the coroutine keeps it alive.
  static asio::awaitable<void> serve(std::shared_ptr<Connection> self);
  // The server ends: a running request is cancelled and its answer still sent; an idle connection is closed.
  void stop();
  // It waits for a request, and others need its place.
  void give_way() { stream_.close(); }
  // The event loop ends: nothing may reach it from other threads any more.
  void detach();

 private:
  using Parser = beast::http::request_parser<beast::http::string_body>;

  // Each returns whether the connection can take another request.
  asio::awaitable<bool> serve_one();
  asio::awaitable<bool> serve_request(Parser& parser);
  asio::awaitable<bool> refuse_unreadable(const Parser& parser, ErrorCode error);
  Response reworded(const Request& request, Response refusal) const;
  asio::awaitable<bool> upgrade(Parser& parser, const Router::Route& route, Request request);
  asio::awaitable<bool> write(Response response, bool head_only, bool keep_alive);
  asio::awaitable<bool> write_steps(std::string_view head, std::string_view body);
  asio::awaitable<bool> write_stream(Response response, bool head_only, bool chunked);

  // False: the connection broke.
  asio::awaitable<bool> send_pieces(std::shared_ptr<BodyStream> body, bool chunked);
  asio::awaitable<bool> send_piece(std::string piece, bool chunked);
  asio::awaitable<bool> send(std::string bytes);
  asio::awaitable<ErrorCode> read_body(Parser& parser);
  asio::awaitable<ErrorCode> read_large_body(std::string& body, std::uint64_t length);
  asio::awaitable<Response> handle(const Router::Route& route, std::shared_ptr<Request> request);
  asio::awaitable<void> close_gently();
  Request make_request(const Parser& parser);
  void watch_for_hang_up(std::stop_source cancelled);

  ServerContext& server_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;  // may hold the beginning of the next, pipelined request
  Peer peer_;
  bool reading_ = false;  // nobody waits for an answer: may be cut off when the server stops
  bool stopping_ = false;
  std::stop_source running_{std::nostopstate};
  std::shared_ptr<WebSocketConnection> websocket_;
  std::shared_ptr<StreamWaker> waker_;  // of a streaming answer
  bool sending_piece_ = false;          // of it
};

}  // namespace oc::http
