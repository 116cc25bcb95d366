#include <random>
#include <thread>

#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <fmt/format.h>

#include "base/http/asio.h"
#include "base/http/message_head.h"
#include "base/http/websocket.h"
#include "base/http/websocket_connection.h"

namespace oc::http {

namespace websocket = beast::websocket;

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstBackoff{100};
constexpr milliseconds kLongestBackoff{5'000};
constexpr std::chrono::seconds kConnectTimeout{5};
// A server that vanished without a word is noticed by its missing answers to pings. Beast's suggestion for clients has
// no limit at all, its suggestion for servers is 300 s; an agent has to know sooner that it is on its own.
constexpr std::chrono::seconds kIdleTimeout{60};

Error error_at(const std::string& url, const std::string& what, const std::string& why) {
  return {Error::Kind::kRetryable, fmt::format("{}: {}: {}", url, what, why), {}};
}

websocket::stream_base::timeout client_timeouts() {
  auto timeouts = websocket::stream_base::timeout::suggested(beast::role_type::client);
  timeouts.idle_timeout = kIdleTimeout;
  timeouts.keep_alive_pings = true;
  return timeouts;
}

class Backoff {
 public:
  milliseconds next() {
    const auto base = next_;
    next_ = std::min(next_ * 2, kLongestBackoff);
    // Half to full, so that a fleet does not come back in one wave after its server restarted.
    return milliseconds(std::uniform_int_distribution<milliseconds::rep>(base.count() / 2, base.count())(random_));
  }
  void reset() { next_ = kFirstBackoff; }

 private:
  milliseconds next_ = kFirstBackoff;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace

// Everything runs on `thread`, but for the constructor and stop().
struct WebSocketClient::Impl {
  Impl(Options from, Callbacks calls) : options(std::move(from)), callbacks(std::move(calls)) {
    asio::co_spawn(loop, keep_connected(), asio::detached);
    thread = std::thread([this] { loop.run(); });
  }
  ~Impl() {
    asio::post(loop, [this] { stop(); });
    thread.join();
  }

 private:
  using Connected = Result<std::shared_ptr<WebSocketConnection>>;

  asio::awaitable<void> keep_connected();
  asio::awaitable<Error> connect_and_read();
  asio::awaitable<Connected> connect(const Url& url);
  asio::awaitable<ErrorCode> open_socket(WebSocketStream& stream, const Url& url);
  void stop();

  const Options options;
  const Callbacks callbacks;
  Backoff backoff;
  bool stopping = false;
  asio::io_context loop{1};
  std::shared_ptr<WebSocketConnection> connection;
  tcp::resolver resolver{loop};
  asio::steady_timer pause{loop};
  WebSocketStream* opening = nullptr;  // while a handshake is under way
  std::thread thread;
};

void WebSocketClient::Impl::stop() {
  stopping = true;
  resolver.cancel();
  pause.cancel();
  if (opening != nullptr) beast::get_lowest_layer(*opening).close();
  if (connection) connection->close(websocket::close_code::normal, "the client stops");
}

asio::awaitable<void> WebSocketClient::Impl::keep_connected() {
  while (!stopping) {
    const Error why = co_await connect_and_read();
    connection.reset();
    if (stopping) break;
    if (callbacks.on_close) callbacks.on_close(why);
    pause.expires_after(backoff.next());
    co_await pause.async_wait(kAwait);
  }
}

asio::awaitable<Error> WebSocketClient::Impl::connect_and_read() {
  const auto url = Url::parse(options.url);
  if (!url) co_return url.error();
  if (url->scheme != "ws")
    co_return Error{Error::Kind::kPermanent, options.url + ": TLS is not built in yet", "use ws://"};
  auto connected = co_await connect(*url);
  if (!connected) co_return connected.error();
  if (stopping) co_return Error{};
  connection = std::move(*connected);
  const auto opened_at = std::chrono::steady_clock::now();
  if (callbacks.on_open) callbacks.on_open(connection->peer());
  const Error why = co_await WebSocketConnection::read(connection, [this](std::string_view message, bool binary) {
    if (!stopping && callbacks.on_message) callbacks.on_message(message, binary);
  });
  // A server that accepts and hangs up at once must not be asked ten times a second.
  if (std::chrono::steady_clock::now() - opened_at >= kLongestBackoff) backoff.reset();
  co_return Error{why.kind, options.url + ": " + why.message, why.next_step};
}

asio::awaitable<WebSocketClient::Impl::Connected> WebSocketClient::Impl::connect(const Url& url) {
  auto stream = std::make_unique<WebSocketStream>(loop);
  opening = stream.get();
  const auto connect_error = co_await open_socket(*stream, url);
  opening = nullptr;
  if (connect_error) co_return std::unexpected(error_at(options.url, "connect", connect_error.message()));
  beast::get_lowest_layer(*stream).expires_never();  // from here on the WebSocket keeps time
  stream->set_option(client_timeouts());
  stream->read_message_max(options.max_message_bytes);
  stream->set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
    for (const auto& [name, value] : options.headers.all()) request.set(name, value);
  }));
  websocket::response_type response;
  opening = stream.get();
  const auto [error] = co_await stream->async_handshake(response, host_field(url), url.target, kAwait);
  opening = nullptr;
  if (error == websocket::error::upgrade_declined)
    co_return std::unexpected(
        error_at(options.url, fmt::format("refused with {}", response.result_int()), response.body()));
  if (error) co_return std::unexpected(error_at(options.url, "handshake", error.message()));
  co_return WebSocketConnection::create(std::move(stream));
}

asio::awaitable<ErrorCode> WebSocketClient::Impl::open_socket(WebSocketStream& stream, const Url& url) {
  auto& socket = beast::get_lowest_layer(stream);
  const auto [resolve_error, addresses] =
      co_await resolver.async_resolve(url.host, fmt::format("{}", url.port), kAwait);
  if (resolve_error) co_return resolve_error;
  if (stopping) co_return asio::error::operation_aborted;
  socket.expires_after(kConnectTimeout);
  const auto [error, endpoint] = co_await socket.async_connect(addresses, kAwait);
  ErrorCode ignored;
  if (!error) socket.socket().set_option(tcp::no_delay(true), ignored);
  co_return error;
}

WebSocketClient::WebSocketClient(Options options, Callbacks callbacks)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(callbacks))) {}

WebSocketClient::~WebSocketClient() = default;

}  // namespace oc::http
