#include "base/http/client.h"

#include <array>
#include <cerrno>
#include <mutex>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/http/asio.h"
#include "base/http/content_coding.h"
#include "base/http/fields.h"
#include "base/http/message_head.h"

namespace oc::http {

namespace bhttp = beast::http;

namespace {

constexpr std::uint32_t kMaxAnswerHeaderBytes = 64 * 1024;  // as the server's
constexpr int kMaxInterimResponses = 8;                     // 100, 102, 103 before the answer; more is a broken server

using Parser = bhttp::response_parser<bhttp::string_body>;
using TlsStream = asio::ssl::stream<beast::tcp_stream&>;

// A kept connection that is readable before we asked anything was closed by the server, or is out of step.
bool is_stale(tcp::socket& socket) {
  char byte;
  const auto count = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

// Between processes of one machine there is no path to be congested. Where the machine's choice is BBR, its pacing
// timers take a third of all the time that sending does (docs/performance.md). Reno is in each kernel, and free to be
// chosen.
void spare_loopback(tcp::socket& socket, const tcp::endpoint& peer) {
  constexpr std::string_view kReno = "reno";
  if (peer.address().is_loopback())
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_CONGESTION, kReno.data(), kReno.size());
}

Result<Url> web_url(const std::string& url) {
  OC_TRY_ASSIGN(Url parsed, Url::parse(url));
  if (parsed.scheme != "http" && parsed.scheme != "https")
    return permanent(fmt::format("{}: {} is not HTTP", url, parsed.scheme), "use http:// or https://");
  return parsed;
}

}  // namespace

struct Client::Impl {
  explicit Impl(Options from) : options(std::move(from)) {}

  using OnPiece = std::function<bool(std::string_view)>;
  // With `on_piece` a good answer's body goes there instead of into the response.
  Result<Response> send(const Url& url, const Request& request, const OnPiece* on_piece = nullptr);
  void cancel();

 private:
  struct Attempt {
    ErrorCode error;
    bool answered = false;  // at least one byte of the response came
    bool keep_alive = false;
    Response response;
  };
  asio::awaitable<Result<Response>> exchange(const Url& url, const Request& request);
  asio::awaitable<ErrorCode> connect(const Url& url);
  asio::awaitable<ErrorCode> open(const Url& url);
  asio::awaitable<ErrorCode> shake_hands(const Url& url);
  ErrorCode prepare_tls(const Url& url);
  void disconnect();
  template <typename Stream>
  asio::awaitable<Attempt> attempt_over(Stream& over, const Url& url, const Request& request);
  template <typename Stream>
  asio::awaitable<Attempt> read_response(Stream& over, bool head_only);
  asio::awaitable<Attempt> attempt(const Url& url, const Request& request);
  template <typename Stream>
  asio::awaitable<Attempt> read_pieces(Stream& over, const OnPiece& on_piece);
  Result<Response> finish(Attempt attempt);
  std::unexpected<Error> failed(const char* what, const ErrorCode& error) const;

  const Options options;
  asio::io_context loop{1};
  tcp::resolver resolver{loop};
  std::optional<beast::tcp_stream> stream;  // empty: not connected
  std::optional<asio::ssl::context> tls_context;
  std::optional<TlsStream> tls;  // over `stream`; empty: plain HTTP
  std::string tls_problem;       // why the peer was not trusted
  std::string connected_to;
  beast::flat_buffer buffer;
  bool cancelled = false;           // loop's thread, as is the next
  const OnPiece* pieces = nullptr;  // of the request under way

  std::mutex mutex;  // guards `running`: a cancel() must only meet the request it was meant for
  bool running = false;
  std::uint64_t request_number = 0;
};

Result<Response> Client::Impl::send(const Url& url, const Request& request, const OnPiece* on_piece) {
  pieces = on_piece;
  {
    std::lock_guard lock(mutex);
    running = true;
    ++request_number;
  }
  cancelled = false;
  Result<Response> result;
  loop.restart();
  asio::co_spawn(loop, exchange(url, request), [&result](const std::exception_ptr& failure, Result<Response> value) {
    result = failure ? Result<Response>(retryable("out of memory")) : std::move(value);
  });
  loop.run();
  std::lock_guard lock(mutex);
  running = false;
  return result;
}

void Client::Impl::cancel() {
  std::lock_guard lock(mutex);
  if (!running) return;
  asio::post(loop, [this, meant = request_number] {
    if (meant != request_number) return;  // that request ended meanwhile
    cancelled = true;
    resolver.cancel();
    if (stream) stream->close();
  });
}

asio::awaitable<Result<Response>> Client::Impl::exchange(const Url& url, const Request& request) {
  const bool same_peer = connected_to == host_field(url) && tls.has_value() == (url.scheme == "https");
  const bool reused = stream && same_peer && !is_stale(stream->socket());
  if (!reused)
    if (const auto error = co_await connect(url)) co_return failed("connect", error);
  auto result = co_await attempt(url, request);
  const bool closed_meanwhile = reused && result.error && !result.answered && result.error != beast::error::timeout;
  if (closed_meanwhile && !cancelled) {
    if (const auto error = co_await connect(url)) co_return failed("connect", error);
    result = co_await attempt(url, request);
  }
  co_return finish(std::move(result));
}

void Client::Impl::disconnect() {
  tls.reset();
  stream.reset();
}

asio::awaitable<ErrorCode> Client::Impl::connect(const Url& url) {
  disconnect();
  stream.emplace(loop);
  buffer.clear();
  connected_to = host_field(url);
  tls_problem.clear();
  stream->expires_after(options.connect_timeout);
  auto error = co_await open(url);
  if (!error && url.scheme == "https") error = co_await shake_hands(url);
  if (error) disconnect();
  co_return error;
}

asio::awaitable<ErrorCode> Client::Impl::open(const Url& url) {
  ErrorCode not_literal;
  const auto address = asio::ip::make_address(url.host, not_literal);
  if (!not_literal) {
    const tcp::endpoint peer(address, url.port);
    const auto [error] = co_await stream->async_connect(peer, kAwait);
    if (!error) spare_loopback(stream->socket(), peer);
    co_return error;
  }
  const auto [resolve_error, addresses] =
      co_await resolver.async_resolve(url.host, fmt::format("{}", url.port), kAwait);
  if (resolve_error || cancelled) co_return resolve_error ? resolve_error : asio::error::operation_aborted;
  stream->expires_after(options.connect_timeout);
  const auto [error, peer] = co_await stream->async_connect(addresses, kAwait);
  if (!error) spare_loopback(stream->socket(), peer);
  co_return error;
}

// The peer must have a certificate for the URL's host, signed by an authority that the system (or `ca_file`) trusts.
ErrorCode Client::Impl::prepare_tls(const Url& url) {
  ErrorCode error;
  if (!tls_context) {
    tls_context.emplace(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(tls_context->native_handle(), TLS1_2_VERSION);
    if (options.ca_file.empty())
      tls_context->set_default_verify_paths(error);
    else
      tls_context->load_verify_file(options.ca_file, error);
    if (error) {
      tls_problem = options.ca_file + " holds no certificates that can be read";
      tls_context.reset();
      return error;
    }
  }
  tls.emplace(*stream, *tls_context);
  tls->set_verify_mode(asio::ssl::verify_peer, error);
  tls->set_verify_callback(asio::ssl::host_name_verification(url.host), error);
  ErrorCode not_literal;
  asio::ip::make_address(url.host, not_literal);
  if (not_literal) SSL_set_tlsext_host_name(tls->native_handle(), url.host.c_str());  // RFC 6066: names only
  return error;
}

asio::awaitable<ErrorCode> Client::Impl::shake_hands(const Url& url) {
  if (const auto error = prepare_tls(url)) co_return error;
  const auto [error] = co_await tls->async_handshake(asio::ssl::stream_base::client, kAwait);
  const auto verified = SSL_get_verify_result(tls->native_handle());
  if (error && verified != X509_V_OK)
    tls_problem =
        fmt::format("its certificate is not trusted for {}: {}", url.host, X509_verify_cert_error_string(verified));
  co_return error;
}

asio::awaitable<Client::Impl::Attempt> Client::Impl::attempt(const Url& url, const Request& request) {
  if (tls) co_return co_await attempt_over(*tls, url, request);
  co_return co_await attempt_over(*stream, url, request);
}

template <typename Stream>
asio::awaitable<Client::Impl::Attempt> Client::Impl::attempt_over(Stream& over, const Url& url,
                                                                  const Request& request) {
  const std::string head = request_head(request, url, options.headers);
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(request.body)};
  stream->expires_after(options.request_timeout);
  const auto [write_error, size] = co_await asio::async_write(over, parts, kAwait);
  if (write_error == beast::error::timeout) co_return Attempt{.error = write_error};
  // A server may refuse a large body before it has read it; its answer then explains the broken write.
  auto result = pieces ? co_await read_pieces(over, *pieces) : co_await read_response(over, request.method == "HEAD");
  if (result.error && write_error) result.error = write_error;
  co_return result;
}

template <typename Stream>
asio::awaitable<Client::Impl::Attempt> Client::Impl::read_response(Stream& over, bool head_only) {
  for (int interim = 0; interim <= kMaxInterimResponses; ++interim) {
    Parser parser;
    parser.header_limit(kMaxAnswerHeaderBytes);
    parser.body_limit(options.max_response_bytes);
    parser.skip(head_only);
    const auto [error, size] = co_await bhttp::async_read(over, buffer, parser, kAwait);
    if (error) co_return Attempt{.error = error, .answered = parser.got_some()};
    auto& message = parser.get();
    if (message.result_int() < 200) continue;
    Attempt attempt{.answered = true};
    attempt.response.status = static_cast<int>(message.result_int());
    attempt.response.headers = from_beast(message);
    attempt.response.body = std::move(message.body());
    attempt.keep_alive = parser.keep_alive();
    co_return attempt;
  }
  co_return Attempt{.error = bhttp::error::bad_status, .answered = true};
}

template <typename Stream>
asio::awaitable<Client::Impl::Attempt> Client::Impl::read_pieces(Stream& over, const OnPiece& on_piece) {
  bhttp::response_parser<bhttp::buffer_body> parser;
  parser.header_limit(kMaxAnswerHeaderBytes);
  parser.body_limit(boost::none);
  const auto [error, size] = co_await bhttp::async_read_header(over, buffer, parser, kAwait);
  if (error) co_return Attempt{.error = error, .answered = parser.got_some()};
  Attempt attempt{.answered = true};
  attempt.response.status = static_cast<int>(parser.get().result_int());
  attempt.response.headers = from_beast(parser.get());
  const bool good = attempt.response.status / 100 == 2;
  std::array<char, 16 * 1024> room;
  bool go_on = true;
  while (go_on && !parser.is_done()) {
    auto& body = parser.get().body();
    body.data = room.data();
    body.size = room.size();
    stream->expires_after(options.request_timeout);
    const auto [read_error, count] = co_await bhttp::async_read_some(over, buffer, parser, kAwait);
    if (read_error && read_error != bhttp::error::need_buffer) co_return Attempt{.error = read_error, .answered = true};
    const std::string_view piece(room.data(), room.size() - body.size);
    if (good)
      go_on = piece.empty() || on_piece(piece);
    else if (attempt.response.body.size() + piece.size() > options.max_response_bytes)
      co_return Attempt{.error = bhttp::error::body_limit, .answered = true};
    else
      attempt.response.body += piece;
  }
  attempt.keep_alive = false;  // in the middle of an answer, or told to close
  co_return attempt;
}

Result<Response> Client::Impl::finish(Attempt attempt) {
  if (attempt.error || !attempt.keep_alive) disconnect();
  if (attempt.error) return failed("request", attempt.error);
  auto& response = attempt.response;
  const auto codings = response.headers.get("Content-Encoding");
  if (!codings || response.body.empty()) return std::move(response);
  auto body = decode_content(*codings, std::move(response.body), options.max_response_bytes);
  if (!body) return permanent(fmt::format("{}: the response cannot be decoded as {}", connected_to, *codings));
  response.body = std::move(*body);
  return std::move(response);
}

std::unexpected<Error> Client::Impl::failed(const char* what, const ErrorCode& error) const {
  if (cancelled) return retryable(fmt::format("{}: the request was cancelled", connected_to));
  if (!tls_problem.empty()) return retryable(fmt::format("{}: {}", connected_to, tls_problem));
  if (error == beast::error::timeout) return retryable(fmt::format("{}: {} timed out", connected_to, what));
  if (error == bhttp::error::body_limit)
    return permanent(fmt::format("{}: the response is larger than {} bytes", connected_to, options.max_response_bytes));
  return retryable(fmt::format("{}: {} failed: {}", connected_to, what, error.message()));
}

Client::Client() : Client(Options{}) {}
Client::Client(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<Response> Client::get(const std::string& url) { return send(url, {}); }

Result<Response> Client::post(const std::string& url, std::string body, const std::string& content_type,
                              Headers headers) {
  Request request{.method = "POST", .target = {}, .headers = std::move(headers), .body = std::move(body)};
  request.headers.set("Content-Type", content_type);
  return send(url, std::move(request));
}

Result<Response> Client::send(const std::string& url, Request request) {
  OC_TRY_ASSIGN(const Url parsed, web_url(url));
  return impl_->send(parsed, request);
}

Result<Response> Client::stream(const std::string& url, Headers headers,
                                const std::function<bool(std::string_view)>& on_piece) {
  OC_TRY_ASSIGN(const Url parsed, web_url(url));
  Request request;
  request.headers = std::move(headers);
  return impl_->send(parsed, request, &on_piece);
}

void Client::cancel() { impl_->cancel(); }

}  // namespace oc::http
