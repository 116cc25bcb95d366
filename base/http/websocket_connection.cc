#include "base/http/websocket_connection.h"

#include <mutex>

#include <boost/asio/buffer.hpp>

#include "base/log.h"

namespace oc::http {

namespace websocket = beast::websocket;

namespace {

// A peer that reads slower than we send must not take all memory; who needs less asks queued_bytes().
constexpr std::size_t kMaxQueuedBytes = 256 << 20;
constexpr std::chrono::seconds kCloseGrace{1};  // a clean stop of a role has 5 s in all
constexpr std::size_t kMaxReasonBytes = 123;    // RFC 6455, section 5.5: control frames carry 125, the code takes 2

Error ended_because(const ErrorCode& error) {
  if (error == websocket::error::closed)
    return {Error::Kind::kRetryable, "the WebSocket was closed by the other end", {}};
  return {Error::Kind::kRetryable, "the WebSocket broke: " + error.message(), {}};
}

}  // namespace

// Outlives the connection in the hands of whoever sends. The mutex makes detach() final: after it no call reaches the
// event loop, which may be gone.
class WebSocketConnection::Peer final : public WebSocketPeer {
 public:
  explicit Peer(WebSocketConnection* connection) : connection_(connection) {}

  void send_text(std::string message) override { send({std::move(message), false}); }
  void send_binary(std::string message) override { send({std::move(message), true}); }
  void close(std::string_view reason) override { close(websocket::close_code::normal, reason); }
  void fail(std::string_view reason) override { close(websocket::close_code::internal_error, reason); }
  std::size_t queued_bytes() const override {
    std::lock_guard lock(mutex_);
    return queued_bytes_;
  }
  void written(std::size_t bytes) {
    std::lock_guard lock(mutex_);
    queued_bytes_ -= bytes;
  }
  void detach() {
    std::lock_guard lock(mutex_);
    connection_ = nullptr;
  }

 private:
  void close(websocket::close_code code, std::string_view reason) {
    post([code, reason = std::string(reason)](WebSocketConnection& connection) { connection.close(code, reason); });
  }
  void send(Outgoing message) {
    std::lock_guard lock(mutex_);
    if (connection_ == nullptr) return;
    if (queued_bytes_ + message.bytes.size() > kMaxQueuedBytes) {
      log::warn("a WebSocket was cut off: more than {} bytes wait to be sent", kMaxQueuedBytes);
      return post_locked([](WebSocketConnection& connection) { connection.abort(); });
    }
    queued_bytes_ += message.bytes.size();
    post_locked([message = std::move(message)](WebSocketConnection& connection) mutable {
      connection.enqueue(std::move(message));
    });
  }
  template <typename Action>
  void post(Action action) {
    std::lock_guard lock(mutex_);
    if (connection_ != nullptr) post_locked(std::move(action));
  }
  template <typename Action>
  void post_locked(Action action) {
    auto alive = connection_->weak_from_this().lock();
    if (!alive) return;
    auto executor = alive->stream_->get_executor();
    asio::post(executor, [alive = std::move(alive), action = std::move(action)]() mutable { action(*alive); });
  }

  mutable std::mutex mutex_;
  WebSocketConnection* connection_;
  std::size_t queued_bytes_ = 0;
};

WebSocketConnection::WebSocketConnection(std::unique_ptr<WebSocketStream> stream)
    : stream_(std::move(stream)), close_timer_(stream_->get_executor()), peer_(std::make_shared<Peer>(this)) {}

std::shared_ptr<WebSocketConnection> WebSocketConnection::create(std::unique_ptr<WebSocketStream> stream) {
  return std::shared_ptr<WebSocketConnection>(new WebSocketConnection(std::move(stream)));
}

std::shared_ptr<WebSocketPeer> WebSocketConnection::peer() const { return peer_; }

asio::awaitable<Error> WebSocketConnection::read(std::shared_ptr<WebSocketConnection> self, OnMessage on_message) {
  beast::flat_buffer buffer;
  while (true) {
    const auto [error, size] = co_await self->stream_->async_read(buffer, kAwait);
    if (error) {
      self->detach();
      self->abort();
      co_return ended_because(error);
    }
    try {
      on_message({static_cast<const char*>(buffer.data().data()), size}, self->stream_->got_binary());
    } catch (const std::exception& failure) {
      log::error("a WebSocket message could not be handled: {}", failure.what());
      self->close(websocket::close_code::internal_error, "the message could not be handled");
    }
    buffer.consume(size);
  }
}

void WebSocketConnection::enqueue(Outgoing message) {
  if (closing_) return peer_->written(message.bytes.size());
  outbox_.push_back(std::move(message));
  write_next();
}

void WebSocketConnection::write_next() {
  if (writing_) return;
  if (outbox_.empty()) return closing_ ? send_close() : void();
  writing_ = true;
  stream_->binary(outbox_.front().binary);
  stream_->async_write(asio::buffer(outbox_.front().bytes),
                       [self = shared_from_this()](const ErrorCode& error, std::size_t) {
                         self->writing_ = false;
                         self->peer_->written(self->outbox_.front().bytes.size());
                         self->outbox_.pop_front();
                         if (error) return self->abort();  // the reading side reports the end
                         self->write_next();
                       });
}

void WebSocketConnection::close(websocket::close_code code, std::string reason) {
  if (closing_) return;
  reason.resize(std::min(reason.size(), kMaxReasonBytes));
  closing_ = websocket::close_reason(code, reason);
  close_timer_.expires_after(kCloseGrace);
  close_timer_.async_wait([self = shared_from_this()](const ErrorCode& cancelled) {
    if (!cancelled) self->abort();
  });
  write_next();
}

void WebSocketConnection::send_close() {
  if (close_sent_) return;
  close_sent_ = true;
  stream_->async_close(*closing_, [self = shared_from_this()](const ErrorCode&) { self->abort(); });
}

void WebSocketConnection::abort() {
  close_timer_.cancel();
  beast::get_lowest_layer(*stream_).close();
}

void WebSocketConnection::detach() { peer_->detach(); }

}  // namespace oc::http
