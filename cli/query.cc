#include "cli/query.h"

#include <cstdio>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/http/websocket.h"
#include "cli/query_output.h"
#include "cli/table.h"

namespace oc::cli {

namespace {

Result<std::string> store_url(const ClientOptions& client, const std::string& given) {
  if (!given.empty()) return given;
  ApiClient api(client);
  OC_TRY_ASSIGN(const auto status, api.get("/api/v1/status"));
  auto url = status.value("stores", Json::object()).value("logs", Json::object()).value("url", std::string());
  if (url.empty()) return permanent("the control plane names no log store", "name one with --store URL");
  return url;
}

std::string query_string(const QueryOptions& options) {
  std::string query = "query=" + http::percent_encode(options.logql);
  query += fmt::format("&limit={}&direction={}", options.limit, options.forward ? "forward" : "backward");
  if (options.from.empty())
    query += "&since=" + http::percent_encode(options.since);
  else
    query += "&start=" + http::percent_encode(options.from);
  if (!options.to.empty()) query += "&end=" + http::percent_encode(options.to);
  if (!options.step.empty()) query += "&step=" + http::percent_encode(options.step);
  return query;
}

std::string websocket_url(const std::string& http_url) {
  return http_url.starts_with("https") ? "wss" + http_url.substr(5) : "ws" + http_url.substr(4);
}

void print_tail_frame(std::string_view message, bool all_labels) {
  const auto frame = parse_json(message);
  if (!frame || !frame->is_object()) return;
  fmt::print("{}", lines_of_streams(frame->value("streams", Json::array()), true, all_labels, Terminal::of_stdout()));
  const auto dropped = frame->value("dropped_entries", Json());
  if (dropped.is_array() && !dropped.empty())
    fmt::print(stderr, "note: {} lines left out, this terminal is slower than the stream\n", dropped.size());
  std::fflush(stdout);
}

}  // namespace

int query_command(const ClientOptions& client, const QueryOptions& options) {
  const auto store = store_url(client, options.store);
  if (!store) return fail(store.error(), exit_code_of(store.error()));
  const auto answer = get_from_store(client, *store + "/loki/api/v1/query_range?" + query_string(options));
  if (!answer) return fail(answer.error(), exit_code_of(answer.error()));
  if (client.output != Output::kTable) {
    fmt::print("{}", machine_text(*answer, client.output));
    return kExitOk;
  }
  const auto text = result_text(answer->at("data"), options.forward, options.labels, Terminal::of_stdout());
  fmt::print("{}", text);
  if (text.empty())
    fmt::print(stderr, "Nothing found in {}.\n", options.from.empty() ? "the last " + options.since : "that time");
  return kExitOk;
}

int tail_command(const ClientOptions& client, const TailOptions& options, SignalWait& signals) {
  const auto store = store_url(client, options.store);
  if (!store) return fail(store.error(), exit_code_of(store.error()));
  const auto query = http::percent_encode(options.logql);
  const auto now_ns = system_clock().wall_ns();
  if (options.lines > 0) {
    QueryOptions recent;
    recent.logql = options.logql;
    recent.to = std::to_string(now_ns);  // exclusive: the tail begins with this very nanosecond
    recent.limit = options.lines;
    const auto answer = get_from_store(client, *store + "/loki/api/v1/query_range?" + query_string(recent));
    if (!answer) return fail(answer.error(), exit_code_of(answer.error()));
    fmt::print("{}", lines_of_streams(answer->at("data").at("result"), true, options.labels, Terminal::of_stdout()));
    std::fflush(stdout);
  }
  http::WebSocketClient::Options connection;
  connection.url = fmt::format("{}/loki/api/v1/tail?query={}&start={}", websocket_url(*store), query, now_ns);
  connection.headers = client.access_headers();
  http::WebSocketClient::Callbacks callbacks;
  callbacks.on_message = [&](std::string_view message, bool) { print_tail_frame(message, options.labels); };
  callbacks.on_close = [](const Error& why) { fmt::print(stderr, "note: {}; connecting again\n", why.message); };
  const http::WebSocketClient tail(std::move(connection), std::move(callbacks));
  while (signals.wait(std::chrono::hours(1)) != SignalWait::Event::kStop) continue;
  return kExitOk;
}

}  // namespace oc::cli
