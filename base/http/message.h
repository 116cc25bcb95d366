// HTTP/1.1 messages as plain values. Nothing here includes Asio or Beast: only the .cc files of this folder do.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace oc::http {

// Names compare without case (RFC 9110, section 5.1). Few headers, so a vector.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}
  std::optional<std::string_view> get(std::string_view name) const;
  void set(std::string_view name, std::string value);  // replaces
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Who is at the other end of a loopback connection, as the kernel says (SOCK_DIAG); nullopt elsewhere.
struct Peer {
  std::string address;
  std::uint16_t port = 0;
  std::optional<std::uint32_t> uid;
};

struct Request {
  std::string method = "GET";
  std::string target = "/";  // path and query as on the wire
  Headers headers;
  std::string
      body;  // already decompressed (gzip, zstd, deflate); snappy is left as sent, others were answered with 415
  Peer peer;
  std::map<std::string, std::string> path_parameters;  // {name} of the route, percent-decoded
  std::chrono::steady_clock::time_point arrived = std::chrono::steady_clock::now();
  std::stop_token cancelled;  // set when the peer hangs up or the server stops

  std::string_view path() const;
  // Percent-decoded query parameters, for a form POST those of the body as well; first value of a name.
  std::optional<std::string> parameter(std::string_view name) const;
  std::vector<std::string> parameters(std::string_view name) const;
  // What these are read from, as it was sent: the query string, and the body where it is a form.
  std::vector<std::string_view> encoded_parameters() const;
};

// A body that is made while it is sent, piece by piece, for as long as the peer listens: the server asks for the next
// piece only when the peer has taken the one before. Used by one thread at a time; destroyed when the peer hangs up,
// the server stops, or the end was said.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // Once, before the first next(). Call `wake` from any thread, as often as you like, when next() may have something;
  // it never blocks, and does nothing once the stream is over.
  virtual void on_open(std::function<void()> wake) = 0;
  // The next piece, soon: it must not wait for news. Empty: nothing now. nullopt: that was all. Must not throw.
  virtual std::optional<std::string> next() = 0;
  // What is sent when there was nothing for a while, so that both ends notice a broken connection.
  virtual std::string heartbeat() const = 0;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  std::shared_ptr<BodyStream> stream = nullptr;  // instead of `body`

  static Response json(const Json& value, int status = 200);
  static Response text(std::string body, int status = 200, std::string content_type = "text/plain; charset=utf-8");
  // {"error": message, "next_step": …}
  static Response error(int status, std::string_view message, std::string_view next_step = {});
};

std::string percent_encode(std::string_view text);
std::string percent_decode(std::string_view text, bool plus_is_space);

struct Url {
  std::string scheme;  // http, https, ws, wss
  std::string host;    // IPv6 without its brackets
  std::uint16_t port = 0;
  std::string target = "/";
  static Result<Url> parse(std::string_view text);
};

}  // namespace oc::http
