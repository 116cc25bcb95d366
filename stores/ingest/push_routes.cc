#include "stores/ingest/push_routes.h"

#include <algorithm>
#include <chrono>
#include <mutex>

#include "base/log.h"
#include "stores/ingest/push_admission.h"
#include "stores/ingest/push_request.h"

namespace oc::stores {

namespace {

using ReadJson = Result<PushRequest> (*)(std::string_view);

http::Response refused_push(int status, const std::string& text) { return http::Response::text(text + "\n", status); }

bool is_json_push(const http::Request& request) {
  std::string type(request.headers.get("Content-Type").value_or(""));
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.pop_back();
  std::ranges::transform(type, type.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return type == "application/json";
}

// One for all requests.
class PushHandler {
 public:
  PushHandler(LogStore& store, MetricRegistry& metrics, const Clock& clock)
      : store_(store), metrics_(metrics), clock_(clock) {}

  http::Response push(const http::Request& request, ReadJson read_json) {
    const auto read = is_json_push(request) ? read_json(request.body) : read_push_protobuf(request.body);
    if (!read) return refused_push(400, read.error().message);
    if (read->streams.empty()) return refused_push(422, "error at least one valid stream is required for ingestion");
    AppendBatch batch;
    batch.tenant = kOnlyTenant;
    PushAdmission admission(*read, batch, recent_, clock_.wall_ns());
    if (auto admitted = admission.admit_all(); !admitted) return refused_push(400, admitted.error().message);
    if (auto stored = store_all(batch, admission); !stored) return unavailable(stored.error());
    report(admission);
    if (auto text = admission.refusals(); !text.empty()) return refused_push(400, text);
    http::Response response;
    response.status = 204;
    return response;
  }

 private:
  Status store_all(const AppendBatch& batch, const PushAdmission& admission) {
    if (batch.rows.empty()) return {};
    OC_TRY(store_.append(batch));
    recent_.remember(admission.hashes());
    return {};
  }

  static http::Response unavailable(const Error& error) {
    auto response = refused_push(503, error.text());
    response.headers.set("Retry-After", "1");
    return response;
  }

  void report(const PushAdmission& admission) {
    for (const auto& [reason, entries] : admission.refused()) {
      metrics_
          .counter("onecollector_loki_push_refused_entries_total", "Pushed entries that a limit kept out, by reason.",
                   {{"reason", std::string(reason)}})
          ->add(entries);
    }
    if (admission.refused().empty()) return;
    constexpr std::chrono::seconds kSilence{10};  // between two log lines
    const std::scoped_lock lock(mutex_);
    const auto now = clock_.steady();
    if (now < silent_until_) return;
    silent_until_ = now + kSilence;
    log::warn("push: entries refused: {}", admission.refusals());
  }

  LogStore& store_;
  MetricRegistry& metrics_;
  const Clock& clock_;
  RecentEntries recent_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point silent_until_{};
};

}  // namespace

void add_push_routes(http::Router& router, LogStore& store, MetricRegistry& metrics, const Clock& clock) {
  const auto handler = std::make_shared<PushHandler>(store, metrics, clock);
  router.post("/loki/api/v1/push",
              [handler](const http::Request& request) { return handler->push(request, read_push_json); });
  router.post("/api/prom/push",
              [handler](const http::Request& request) { return handler->push(request, read_old_push_json); });
}

}  // namespace oc::stores
