// Boost.Asio and Beast as this folder uses them. Private to base/http: a file that includes it takes seconds to
// compile. The libraries' non-template code is compiled once, in asio.cc (see base/CMakeLists.txt).
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace oc::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using ErrorCode = boost::system::error_code;
using tcp = asio::ip::tcp;

// co_await operation(…, kAwait) gives a tuple that starts with the error code instead of throwing it.
inline constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

}  // namespace oc::http
