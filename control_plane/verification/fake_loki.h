// For tests: a log store that holds what it is told, over Loki's API and the embedded store's watermarks.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "base/http/server.h"
#include "contracts/delivery/ranges.h"

namespace oc::control_plane {

class FakeLoki {
 public:
  FakeLoki() { open(0); }
  ~FakeLoki() { close(); }

  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }
  void hold(const std::string& source_id, std::uint64_t end, const std::string& file = "f1") {
    std::lock_guard lock(mutex_);
    contracts::Watermark watermark{source_id, file, {}, end / 10};
    watermark.held.add({0, end});
    watermarks_[source_id + "/" + file] = watermark;
  }
  void lose_all() {
    std::lock_guard lock(mutex_);
    watermarks_.clear();
  }
  void show_probe(std::optional<std::map<std::string, std::string>> labels) {
    std::lock_guard lock(mutex_);
    probe_labels_ = std::move(labels);
  }
  std::string last_probe_query() const {
    std::lock_guard lock(mutex_);
    return probe_query_;
  }
  // Counts `records` of a source, whatever bytes it was told to hold.
  void count(const std::string& source_id, std::uint64_t records) {
    std::lock_guard lock(mutex_);
    watermarks_[source_id + "/f1"] = contracts::Watermark{source_id, "f1", {}, records};
  }
  // From now on a sink that takes lines and answers no questions.
  void forget_how_to_answer() {
    std::lock_guard lock(mutex_);
    answers_ = false;
  }
  std::string last_count_query() const {
    std::lock_guard lock(mutex_);
    return count_query_;
  }
  std::size_t watermark_requests() const {
    std::lock_guard lock(mutex_);
    return watermark_requests_;
  }
  // Gone, and back at the same port.
  void close() { server_.reset(); }
  void reopen() { open(port_); }

 private:
  void open(std::uint16_t port) {
    http::Router router;
    router.get("/ready", [](const http::Request&) { return http::Response::text("ready\n"); });
    router.get(std::string(contracts::kWatermarksPath), [this](const http::Request& request) { return held(request); });
    router.get("/loki/api/v1/query_range", [this](const http::Request& request) { return probe(request); });
    router.post("/loki/api/v1/query", [this](const http::Request& request) { return counts(request); });
    http::Server::Options options;
    options.port = port;
    options.access = http::AccessPolicy::everyone();
    server_ = std::move(*http::Server::listen(options, router));
    port_ = server_->port();
  }
  http::Response held(const http::Request& request) {
    std::lock_guard lock(mutex_);
    ++watermark_requests_;
    std::vector<contracts::Watermark> answer;
    for (const auto& id : request.parameters("source_id"))
      for (const auto& [key, watermark] : watermarks_)
        if (watermark.source_id == id) answer.push_back(watermark);
    return http::Response::json(contracts::to_json(answer));
  }
  http::Response probe(const http::Request& request) {
    std::lock_guard lock(mutex_);
    if (!answers_) return http::Response::error(404, "no such page");
    probe_query_ = request.parameter("query").value_or("");
    Json result = Json::array();
    if (probe_labels_) result.push_back({{"stream", *probe_labels_}, {"values", {{"1", "the probe's line"}}}});
    return http::Response::json({{"status", "success"}, {"data", {{"resultType", "streams"}, {"result", result}}}});
  }
  http::Response counts(const http::Request& request) {
    std::lock_guard lock(mutex_);
    if (!answers_) return http::Response::error(404, "no such page");
    count_query_ = request.parameter("query").value_or("");
    Json result = Json::array();
    for (const auto& [key, watermark] : watermarks_)
      result.push_back({{"metric", {{"source_id", watermark.source_id}}},
                        {"value", Json::array({1, std::to_string(watermark.records)})}});
    return http::Response::json({{"status", "success"}, {"data", {{"resultType", "vector"}, {"result", result}}}});
  }

  mutable std::mutex mutex_;
  std::map<std::string, contracts::Watermark> watermarks_;
  std::optional<std::map<std::string, std::string>> probe_labels_;
  std::string probe_query_, count_query_;
  bool answers_ = true;
  std::size_t watermark_requests_ = 0;
  std::uint16_t port_ = 0;
  std::unique_ptr<http::Server> server_;  // last: its handlers use all of the above
};

}  // namespace oc::control_plane
