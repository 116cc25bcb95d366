// The connection's way from HTTP to WebSocket.
#include <boost/beast/websocket/rfc6455.hpp>
#include <fmt/format.h>

#include "base/http/connection.h"

namespace oc::http {

asio::awaitable<bool> Connection::upgrade(Parser& parser, const Router::Route& route, Request request) {
  const bool keep_alive = parser.keep_alive() && parser.is_done();
  const bool head_only = request.method == "HEAD";
  auto created = route.session(request);
  if (!created) co_return co_await write(std::move(created.error()), head_only, keep_alive);
  const auto session = std::move(*created);
  if (!beast::websocket::is_upgrade(parser.get())) {
    auto response = Response::error(426, fmt::format("{} speaks WebSocket", request.path()), "connect with ws://");
    response.headers.set("Upgrade", "websocket");
    co_return co_await write(reworded(request, std::move(response)), head_only, keep_alive);
  }
  auto stream = std::make_unique<WebSocketStream>(std::move(stream_));
  beast::get_lowest_layer(*stream).expires_never();  // from here on the WebSocket keeps time
  stream->set_option(beast::websocket::stream_base::timeout::suggested(beast::role_type::server));
  stream->read_message_max(server_.options.max_body_bytes);
  const auto [error] = co_await stream->async_accept(parser.get(), kAwait);
  websocket_ = WebSocketConnection::create(std::move(stream));
  if (error) co_return false;
  if (stopping_) stop();
  session->on_open(websocket_->peer());
  co_await WebSocketConnection::read(
      websocket_, [&session](std::string_view message, bool binary) { session->on_message(message, binary); });
  session->on_close();
  co_return false;
}

}  // namespace oc::http
