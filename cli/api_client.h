// The control plane's REST API as seen by a client command.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "base/http/client.h"
#include "base/json.h"
#include "base/result.h"
#include "cli/output.h"

namespace oc::cli {

struct ClientOptions {
  std::string server;              // base URL; empty: the `up` of data_dir, else http://127.0.0.1:(8080 + port_offset)
  std::filesystem::path data_dir;  // its token is sent when it can be read
  int port_offset = 0;
  Output output = Output::kTable;

  std::string server_url() const;
  http::Headers access_headers() const;  // Authorization, or nothing
};

class ApiClient {
 public:
  explicit ApiClient(const ClientOptions& options,
                     std::chrono::milliseconds request_timeout = std::chrono::seconds(30));
  // `path` begins with "/api/v1". Errors carry the server's own words and next step; nobody answering and 401 are
  // retryable errors (exit code kExitUnreachable), anything else the server refuses is permanent.
  Result<Json> get(const std::string& path);
  Result<Json> post(const std::string& path, const Json& body);
  Result<Json> patch(const std::string& path, const Json& body);
  Result<Json> del(const std::string& path);

 private:
  Result<Json> checked(Result<http::Response> response, const std::string& path) const;

  std::string server_;
  http::Client http_;
};

// What the server said when it refused; nobody answering at all. As ApiClient words them.
Error error_of_answer(const http::Response& response, const std::string& url);
Error unreachable(const Error& error);

// The exit code for an error of ApiClient.
int exit_code_of(const Error& error);

// GET of a URL of the log store, with the same access rules and error texts.
Result<Json> get_from_store(const ClientOptions& options, const std::string& url);

}  // namespace oc::cli
