// The connection's side of a BodyStream: asks for pieces on a work lane, sends each before it asks again, sleeps in
// between without holding a thread.
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "base/http/connection.h"
#include "base/http/message_head.h"
#include "base/log.h"

namespace oc::http {

namespace {

constexpr std::chrono::milliseconds kBusyPause{1'000};  // all lanes are taken: others must be answered first

// Takes one of the places that the server has for streams.
class StreamPlace {
 public:
  explicit StreamPlace(ServerContext& server) : server_(server) { ++server_.streams; }
  ~StreamPlace() { --server_.streams; }
  StreamPlace(const StreamPlace&) = delete;
  StreamPlace& operator=(const StreamPlace&) = delete;

 private:
  ServerContext& server_;
};

// A producer that throws, in spite of its contract, ends its stream.
std::optional<std::string> next_piece(BodyStream& body) noexcept {
  try {
    return body.next();
  } catch (const std::exception& error) {
    log::error("a streaming answer ends early: {}", error.what());
    return std::nullopt;
  }
}

}  // namespace

asio::awaitable<bool> Connection::write_stream(Response response, bool head_only, bool chunked) {
  if (server_.streams >= server_.options.max_streams) {
    server_.refusals.count("streams");
    auto busy = Response::error(503, fmt::format("{} streams are open already", server_.streams),
                                "end one, or try again later");
    busy.headers.set("Retry-After", "10");
    co_return co_await write(std::move(busy), head_only, false);
  }
  if (!co_await send(stream_head(response, chunked)) || head_only) co_return false;
  const StreamPlace place(server_);
  running_ = std::stop_source();
  if (stopping_) running_.request_stop();
  waker_ = std::make_shared<StreamWaker>(stream_.get_executor());
  const WakerScope scope(waker_);
  const auto wake = [waker = waker_] { waker->wake(); };
  const std::stop_callback on_end(running_.get_token(), wake);
  watch_for_hang_up(running_);
  response.stream->on_open(wake);
  if (co_await send_pieces(response.stream, chunked) && chunked) co_await send("0\r\n\r\n");
  running_ = std::stop_source(std::nostopstate);
  ErrorCode ignored;
  stream_.socket().cancel(ignored);  // ends the watch
  co_return false;
}

// False: the connection broke.
asio::awaitable<bool> Connection::send_pieces(std::shared_ptr<BodyStream> body, bool chunked) {
  const auto cancelled = running_.get_token();
  while (!cancelled.stop_requested()) {
    const auto piece = std::make_shared<std::optional<std::string>>();
    const auto asked = co_await server_.work.run([body, piece] {
      *piece = next_piece(*body);
      return Response();
    });
    if (asked && !*piece) co_return true;
    if (asked && !(*piece)->empty()) {
      if (!co_await send_piece(std::move(**piece), chunked)) co_return false;
      continue;
    }
    const bool woken = co_await StreamWaker::wait(waker_, asked ? server_.options.heartbeat : kBusyPause);
    if (woken || !asked || cancelled.stop_requested()) continue;
    if (!co_await send_piece(body->heartbeat(), chunked)) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> Connection::send_piece(std::string piece, bool chunked) {
  if (piece.empty()) co_return true;
  if (chunked) piece = fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
  co_return co_await send(std::move(piece));
}

// A peer that takes nothing within the idle timeout is cut off; so is one that holds up the server's stop.
asio::awaitable<bool> Connection::send(std::string bytes) {
  stream_.expires_after(server_.options.idle_timeout);
  sending_piece_ = true;
  const auto [error, size] = co_await asio::async_write(stream_, asio::buffer(bytes), kAwait);
  sending_piece_ = false;
  co_return !error;
}

}  // namespace oc::http
