// The connection's side of an answer: written in steps, and a close that lets the peer see it.
#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "base/http/connection.h"
#include "base/http/message_head.h"

namespace oc::http {

namespace {

constexpr std::size_t kWriteStepBytes = 1 << 20;  // each step gets the idle timeout, so slow readers may be slow
constexpr std::chrono::seconds kLinger{2};        // how long a refused sender may go on before we cut it off
constexpr std::size_t kLingerBytes = 64 << 20;

}  // namespace

asio::awaitable<bool> Connection::write(Response response, bool head_only, bool keep_alive) {
  if (response.status < 200 || response.status > 599)
    response = Response::error(500, fmt::format("the handler answered with status {}", response.status));
  // Who reads slowly holds the memory of what it asked for.
  const std::size_t others = server_.unsent_bytes;
  if (others > 0 && others + response.body.size() > server_.options.max_unsent_bytes) {
    server_.refusals.count("unsent_answers");
    response = busy("answers that others do not read take too much memory");
  }
  const std::string head = response_head(response, keep_alive);
  const bool with_body = !head_only && may_have_body(response.status);
  server_.unsent_bytes += response.body.size();
  const bool written = co_await write_steps(head, with_body ? std::string_view(response.body) : std::string_view());
  server_.unsent_bytes -= response.body.size();
  if (!written) co_return false;
  co_return keep_alive;
}

asio::awaitable<bool> Connection::write_steps(std::string_view head, std::string_view body) {
  while (!head.empty() || !body.empty()) {
    const auto step = body.substr(0, kWriteStepBytes);
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(step)};
    stream_.expires_after(server_.options.idle_timeout);
    const auto [error, size] = co_await asio::async_write(stream_, parts, kAwait);
    if (error) co_return false;
    head = {};
    body.remove_prefix(step.size());
  }
  co_return true;
}

// Closing with unread bytes resets the connection, and the sender may never see the answer: so the answer is followed
// by an end of stream, and what still comes is read and thrown away, for a while (RFC 9112, section 9.6).
asio::awaitable<void> Connection::close_gently() {
  ErrorCode ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kLinger);
  reading_ = true;
  std::array<char, 16 * 1024> waste;
  for (std::size_t total = 0; !ignored && !stopping_ && total < kLingerBytes;) {
    const auto [error, size] = co_await stream_.async_read_some(asio::buffer(waste), kAwait);
    if (error) break;
    total += size;
  }
  reading_ = false;
  stream_.close();
}

}  // namespace oc::http
