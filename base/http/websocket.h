// WebSocket (RFC 6455) for both ends. Callbacks of one connection never overlap and come from a network thread: they
// must be short; hand long work to a thread of your own.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/http/message.h"

namespace oc::http {

// The sending side of a connection. Thread-safe; calls after the end are ignored.
class WebSocketPeer {
 public:
  virtual ~WebSocketPeer() = default;
  virtual void send_text(std::string message) = 0;
  virtual void send_binary(std::string message) = 0;
  virtual void close(std::string_view reason) = 0;
  // Closes, too, and says that the server cannot go on (close code 1011).
  virtual void fail(std::string_view reason) = 0;
  // Bytes accepted but not yet written to the socket: what back-pressure is decided on.
  virtual std::size_t queued_bytes() const = 0;
};

// One for each accepted connection; destroyed after on_close.
class WebSocketSession {
 public:
  virtual ~WebSocketSession() = default;
  virtual void on_open(std::shared_ptr<WebSocketPeer> peer) = 0;
  virtual void on_message(std::string_view message, bool binary) = 0;
  virtual void on_close() = 0;
};

// Connects in the background and again with backoff (100 ms doubling to 5 s, with jitter) until destroyed. The
// destructor closes, waits for the callbacks under way, and joins its thread.
class WebSocketClient {
 public:
  struct Options {
    std::string url;  // ws://host:port/path
    Headers headers;
    std::size_t max_message_bytes = 64 << 20;
  };
  struct Callbacks {
    std::function<void(std::shared_ptr<WebSocketPeer>)> on_open;
    std::function<void(std::string_view message, bool binary)> on_message;
    std::function<void(const Error& why)> on_close;  // also for each failed attempt to connect
  };
  WebSocketClient(Options options, Callbacks callbacks);
  ~WebSocketClient();
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oc::http
