// One open WebSocket, whichever end we are: the reading coroutine, the queue of outgoing messages, the orderly end.
// Private to base/http. Everything runs on the connection's network thread, but for the WebSocketPeer.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/beast/websocket/stream.hpp>

#include "base/http/asio.h"
#include "base/http/websocket.h"

namespace oc::http {

using WebSocketStream = beast::websocket::stream<beast::tcp_stream>;

class WebSocketConnection : public std::enable_shared_from_this<WebSocketConnection> {
 public:
  using OnMessage = std::function<void(std::string_view message, bool binary)>;

  // `stream` has done its handshake.
  static std::shared_ptr<WebSocketConnection> create(std::unique_ptr<WebSocketStream> stream);
  ~WebSocketConnection() { detach(); }

  // Reads until the connection ends, by whom ever; gives the reason. An exception of `on_message` ends it, too.
  static asio::awaitable<Error> read(std::shared_ptr<WebSocketConnection> self, OnMessage on_message);
  std::shared_ptr<WebSocketPeer> peer() const;
  // Sends what is queued, then the close frame; a peer that does not answer within a second is cut off.
  void close(beast::websocket::close_code code, std::string reason);
  // Ends at once.
  void abort();
  // From now on the peer object ignores calls. Any thread.
  void detach();

 private:
  class Peer;
  struct Outgoing {
    std::string bytes;
    bool binary;
  };
  explicit WebSocketConnection(std::unique_ptr<WebSocketStream> stream);
  void enqueue(Outgoing message);
  void write_next();
  void send_close();

  std::unique_ptr<WebSocketStream> stream_;
  asio::steady_timer close_timer_;
  std::deque<Outgoing> outbox_;
  bool writing_ = false;
  std::optional<beast::websocket::close_reason> closing_;
  bool close_sent_ = false;
  std::shared_ptr<Peer> peer_;
};

}  // namespace oc::http
