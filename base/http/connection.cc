#include "base/http/connection.h"

#include <cerrno>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/http/fields.h"
#include "base/http/request_checks.h"
#include "base/http/request_work.h"

namespace oc::http {

namespace bhttp = beast::http;

namespace {

constexpr std::uint32_t kMaxHeaderBytes = 64 * 1024;  // four times what common servers allow; cookies included
constexpr std::size_t kLargeBodyBytes = 64 * 1024;    // smaller ones come with their head, more or less

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

bool hung_up(int fd) {
  char byte;
  const auto count = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno == ECONNRESET);
}

// A reader of much is woken when much is there, not by each segment (socket(7), SO_RCVLOWAT).
constexpr std::size_t kMostWaited = 128 * 1024;
void wake_at(tcp::socket& socket, std::size_t bytes) {
  ErrorCode ignored;
  socket.set_option(asio::socket_base::receive_low_watermark(static_cast<int>(std::min(bytes, kMostWaited))), ignored);
  // What is not read until then is acknowledged 40 ms late otherwise, and a sender with a full window waits for it.
  const int at_once = 1;
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &at_once, sizeof at_once);
}

Response too_large(std::size_t limit) {
  return Response::error(413, fmt::format("the body is larger than {} bytes", limit), "send smaller batches");
}

}  // namespace

Connection::Connection(tcp::socket socket, ServerContext& server) : server_(server), stream_(std::move(socket)) {
  ErrorCode ignored;
  stream_.socket().set_option(tcp::no_delay(true), ignored);
  const auto peer = stream_.socket().remote_endpoint(ignored);
  const auto local = stream_.socket().local_endpoint(ignored);
  peer_ = {.address = peer.address().to_string(), .port = peer.port(), .uid = std::nullopt};
  // Asked now: a socket that its owner closed later has no owner any more.
  if (!server.options.access.open)
    peer_.uid = uid_of_loopback_peer(local.address().to_string(), local.port(), peer_.address, peer_.port);
  server_.connections.insert(this);
}

Connection::~Connection() { server_.connections.erase(this); }

void Connection::stop() {
  stopping_ = true;
  if (websocket_) websocket_->close(beast::websocket::close_code::going_away, "the server stops");
  running_.request_stop();
  if (reading_ || sending_piece_) stream_.close();
}

void Connection::detach() {
  if (websocket_) websocket_->detach();
  if (waker_) waker_->detach();
}

asio::awaitable<void> Connection::serve(std::shared_ptr<Connection> self) {
  while (co_await self->serve_one() && !self->stopping_) {
  }
  if (!self->websocket_) co_await self->close_gently();
}

asio::awaitable<bool> Connection::serve_one() {
  Parser parser;
  parser.header_limit(kMaxHeaderBytes);
  parser.body_limit(server_.options.max_body_bytes);
  stream_.expires_after(server_.options.idle_timeout);
  reading_ = true;
  const auto place = server_.waiting.insert(server_.waiting.end(), this);
  const auto [error, size] = co_await bhttp::async_read_header(stream_, buffer_, parser, kAwait);
  server_.waiting.erase(place);
  reading_ = false;
  if (error) co_return co_await refuse_unreadable(parser, error);
  co_return co_await serve_request(parser);
}

asio::awaitable<bool> Connection::serve_request(Parser& parser) {
  auto request = std::make_shared<Request>(make_request(parser));
  auto match = server_.routes.find(request->method, request->path());
  const bool head_only = request->method == "HEAD";
  const bool keep_alive = parser.keep_alive();
  if (auto refused = refusal(*request, match, server_.options.access))
    co_return co_await write(reworded(*request, std::move(*refused)), head_only, keep_alive && parser.is_done());
  request->path_parameters = std::move(match.parameters);
  if (match.route->session) co_return co_await upgrade(parser, *match.route, std::move(*request));
  if (const auto error = co_await read_body(parser)) co_return co_await refuse_unreadable(parser, error);
  request->body = std::move(parser.get().body());
  auto response = co_await handle(*match.route, std::move(request));
  if (response.stream) co_return co_await write_stream(std::move(response), head_only, parser.get().version() >= 11);
  co_return co_await write(std::move(response), head_only, keep_alive && !stopping_);
}

Request Connection::make_request(const Parser& parser) {
  const auto& message = parser.get();
  Request request;
  request.method = view(message.method_string());
  request.target = origin_form(view(message.target()));
  request.headers = from_beast(message);
  request.peer = peer_;
  return request;
}

asio::awaitable<ErrorCode> Connection::read_body(Parser& parser) {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  if (parser.is_done()) co_return ErrorCode();
  stream_.expires_after(server_.options.idle_timeout);
  const auto length = parser.content_length_remaining();
  if (!length) buffer_.reserve(kLargeBodyBytes);
  if (beast::iequals(parser.get()[bhttp::field::expect], "100-continue")) {
    const auto [error, size] = co_await asio::async_write(stream_, asio::buffer(kContinue), kAwait);
    if (error) co_return error;
  }
  reading_ = true;
  if (length && *length >= kLargeBodyBytes) {
    const auto error = co_await read_large_body(parser.get().body(), *length);
    reading_ = false;
    co_return error;
  }
  const auto [error, size] = co_await bhttp::async_read(stream_, buffer_, parser, kAwait);
  reading_ = false;
  co_return error;
}

// Past the parser, which would copy it: straight to where it stays. The limit was checked with the head.
asio::awaitable<ErrorCode> Connection::read_large_body(std::string& body, std::uint64_t length) {
  body.resize_and_overwrite(length, [&](char*, std::size_t) { return length; });
  const auto front = asio::buffer_copy(asio::buffer(body), buffer_.data());
  buffer_.consume(front);
  ErrorCode failed;
  for (auto rest = asio::buffer(body) + front; rest.size() > 0 && !failed;) {
    wake_at(stream_.socket(), rest.size());
    const auto [error, size] = co_await stream_.async_read_some(rest, kAwait);
    failed = error;
    rest += size;
  }
  wake_at(stream_.socket(), 1);
  co_return failed;
}

asio::awaitable<Response> Connection::handle(const Router::Route& route, std::shared_ptr<Request> request) {
  running_ = std::stop_source();
  request->cancelled = running_.get_token();
  watch_for_hang_up(running_);
  auto& pool = server_.lane(route.lane);
  auto work = [&route, request, limit = server_.options.max_body_bytes] {
    return process_request(route, *request, limit);
  };
  auto response = co_await pool.run(std::move(work));
  running_ = std::stop_source(std::nostopstate);
  ErrorCode ignored;
  stream_.socket().cancel(ignored);  // ends the watch; nothing else is pending
  if (response) co_return std::move(*response);
  server_.refusals.count("queue_full");
  co_return reworded(*request, busy("too many requests wait already"));
}

Response Connection::reworded(const Request& request, Response refusal) const {
  return server_.options.reword ? server_.options.reword(request, std::move(refusal)) : refusal;
}

// Readable without bytes is the end of the stream. A peer that pipelines its next request hides its end behind it; then
// the request simply runs on.
void Connection::watch_for_hang_up(std::stop_source cancelled) {
  stream_.socket().async_wait(tcp::socket::wait_read,
                              [self = shared_from_this(), cancelled](const ErrorCode& error) mutable {
                                if (!error && hung_up(self->stream_.socket().native_handle())) cancelled.request_stop();
                              });
}

asio::awaitable<bool> Connection::refuse_unreadable(const Parser& parser, ErrorCode error) {
  if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow) {
    server_.refusals.count("header_too_large");
    co_return co_await write(Response::error(431, fmt::format("the headers are larger than {} bytes", kMaxHeaderBytes)),
                             false, false);
  }
  if (error == bhttp::error::body_limit) {
    server_.refusals.count("body_too_large");
    co_return co_await write(reworded(make_request(parser), too_large(server_.options.max_body_bytes)), false, false);
  }
  const bool ended = error == bhttp::error::end_of_stream || error == bhttp::error::partial_message;
  if (ended || error.category() != bhttp::make_error_code(bhttp::error::bad_method).category()) co_return false;
  co_return co_await write(Response::error(400, fmt::format("malformed HTTP request: {}", error.message())), false,
                           false);
}

}  // namespace oc::http
