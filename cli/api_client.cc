#include "cli/api_client.h"

#include <fmt/format.h>

#include "base/files.h"
#include "contracts/config/data_directory.h"

namespace oc::cli {

namespace {

constexpr std::uint16_t kDefaultPort = 8080;

Result<Json> json_of(Result<http::Response> response, const std::string& url) {
  if (!response) return std::unexpected(unreachable(response.error()));
  if (response->status >= 300) return std::unexpected(error_of_answer(*response, url));
  return parse_json(response->body);
}

// What `up` wrote into its data directory; empty where none runs or we may not read it.
std::string running_server(const std::filesystem::path& data_dir) {
  const auto text = read_file(contracts::DataDirectory(data_dir).state());
  if (!text) return {};
  const auto state = parse_json(*text);
  return state && state->is_object() ? state->value("server", std::string()) : std::string();
}

// What people gave goes to the server as it is, or not at all: JSON carries nothing but UTF-8.
Result<std::string> json_text(const Json& body) {
  try {
    return body.dump();
  } catch (const Json::type_error&) {
    return permanent("what would be sent holds bytes that are not UTF-8",
                     "look at the file with `file NAME`, and save it as UTF-8");
  }
}

}  // namespace

Error error_of_answer(const http::Response& response, const std::string& url) {
  Error error{Error::Kind::kPermanent, fmt::format("{} answered {}", url, response.status), {}};
  const auto body = parse_json(response.body);
  if (body && body->is_object()) {
    error.message = body->value("error", error.message);
    error.next_step = body->value("next_step", std::string());
  } else if (!response.body.empty()) {
    error.message += ": " + response.body.substr(0, response.body.find('\n'));
  }
  if (response.status == 401) error.kind = Error::Kind::kRetryable;
  return error;
}

Error unreachable(const Error& error) {
  return {Error::Kind::kRetryable, "OneCollector does not answer: " + error.message,
          "start it with 'onecollector up', or name it with --server URL or --port-offset N"};
}

std::string ClientOptions::server_url() const {
  if (server.empty() && port_offset == 0)
    if (const auto running = running_server(data_dir); !running.empty()) return running;
  if (server.empty()) return fmt::format("http://127.0.0.1:{}", kDefaultPort + port_offset);
  return server.ends_with('/') ? server.substr(0, server.size() - 1) : server;
}

http::Headers ClientOptions::access_headers() const {
  auto token = read_file(contracts::DataDirectory(data_dir).token());
  if (!token) return {};
  while (token->ends_with('\n')) token->pop_back();
  return {{"Authorization", "Bearer " + *token}};
}

ApiClient::ApiClient(const ClientOptions& options, std::chrono::milliseconds request_timeout)
    : server_(options.server_url()),
      http_(http::Client::Options{.request_timeout = request_timeout, .headers = options.access_headers()}) {}

Result<Json> ApiClient::get(const std::string& path) { return checked(http_.get(server_ + path), path); }

Result<Json> ApiClient::post(const std::string& path, const Json& body) {
  OC_TRY_ASSIGN(auto text, json_text(body));
  return checked(http_.post(server_ + path, std::move(text), "application/json"), path);
}

Result<Json> ApiClient::patch(const std::string& path, const Json& body) {
  http::Request request{.method = "PATCH", .target = {}, .headers = {{"Content-Type", "application/json"}}, .body = {}};
  OC_TRY_ASSIGN(request.body, json_text(body));
  return checked(http_.send(server_ + path, std::move(request)), path);
}

Result<Json> ApiClient::del(const std::string& path) {
  return checked(http_.send(server_ + path, {.method = "DELETE", .target = {}, .headers = {}, .body = {}}), path);
}

Result<Json> ApiClient::checked(Result<http::Response> response, const std::string& path) const {
  return json_of(std::move(response), server_ + path);
}

int exit_code_of(const Error& error) { return error.retryable() ? kExitUnreachable : kExitNegative; }

Result<Json> get_from_store(const ClientOptions& options, const std::string& url) {
  http::Client client(
      http::Client::Options{.request_timeout = std::chrono::minutes(5), .headers = options.access_headers()});
  return json_of(client.get(url), url.substr(0, url.find('?')));
}

}  // namespace oc::cli
