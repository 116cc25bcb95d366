// A blocking HTTP/1.1 client over one kept-alive connection, with TLS (1.2 and up) for https. Not thread-safe: one a
// thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/http/message.h"

namespace oc::http {

class Client {
 public:
  struct Options {
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds request_timeout{30'000};
    std::size_t max_response_bytes = 256 << 20;
    Headers headers;      // sent with every request, e.g. Authorization
    std::string ca_file;  // PEM, the authorities to trust for https; empty: the system's
  };
  Client();  // default options
  explicit Client(Options options);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Any status is a Response; an Error (retryable) is a connection that failed, broke or timed out. A kept-alive
  // connection that the server closed meanwhile is opened again once, without telling.
  Result<Response> get(const std::string& url);
  Result<Response> post(const std::string& url, std::string body, const std::string& content_type,
                        Headers headers = {});
  // The target is the URL's; Request.target is not used.
  Result<Response> send(const std::string& url, Request request);
  // A body that never ends: `on_piece` gets it as it comes, if the status is 2xx, and says whether to go on; what is
  // returned then has no body. Any other status is answered as by get(). request_timeout is the longest silence
  // between two pieces.
  Result<Response> stream(const std::string& url, Headers headers,
                          const std::function<bool(std::string_view piece)>& on_piece);
  // From another thread: ends the request under way with an error.
  void cancel();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oc::http
