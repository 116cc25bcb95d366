#include "stores/ingest/push_routes.h"

#include <chrono>
#include <expected>
#include <mutex>

#include <fmt/format.h>

#include "base/http/content_coding.h"
#include "base/log.h"
#include "query/logql/go_text.h"
#include "stores/ingest/media_type.h"
#include "stores/ingest/push_admission.h"
#include "stores/ingest/push_request.h"

namespace oc::stores {

namespace {

using ReadJson = Result<PushRequest> (*)(std::string_view);

http::Response refused_push(int status, const std::string& text) { return http::Response::text(text + "\n", status); }

// What goes wrong with a request, with the status that says so.
struct PushRefusal {
  int status = 400;
  std::string text;
};

// Loki knows these codings alone, spelled so; what is said of a damaged body is what its clients know.
std::expected<std::string, PushRefusal> decoded(std::string_view coding, std::string body) {
  if (coding.empty() || coding == "snappy") return body;  // read_push_protobuf() decodes snappy, whatever is said
  if (coding != "gzip" && coding != "deflate")
    return std::unexpected(PushRefusal{400, fmt::format("Content-Encoding {} not supported", query::go_quote(coding))});
  auto plain = http::decode_content(coding, std::move(body), kMaxPushBytes);
  if (plain) return std::move(*plain);
  if (plain.error() == http::DecodeFailure::kTooLarge)
    return std::unexpected(PushRefusal{413, "request body too large"});
  return std::unexpected(PushRefusal{400, coding == "gzip" ? "gzip: invalid header" : "flate: corrupt input"});
}

// One for all requests.
class PushHandler {
 public:
  PushHandler(LogStore& store, MetricRegistry& metrics, const Clock& clock)
      : store_(store), metrics_(metrics), clock_(clock) {}

  http::Response push(const http::Request& request, std::string sent, ReadJson read_json) {
    const auto body = decoded(request.headers.get("Content-Encoding").value_or(""), std::move(sent));
    if (!body) return refused_push(body.error().status, body.error().text);
    const auto type = media_type(request.headers.get("Content-Type").value_or(""));
    if (!type) return refused_push(400, type.error().message);
    const auto read = *type == "application/json" ? read_json(*body) : read_push_protobuf(*body);
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
  const auto add = [&](const char* path, ReadJson read_json) {
    router.add({.method = "POST",
                .pattern = path,
                .body_handler = [handler, read_json](const http::Request& request, std::string body) {
                  return handler->push(request, std::move(body), read_json);
                }});
  };
  add("/loki/api/v1/push", read_push_json);
  add("/api/prom/push", read_old_push_json);
}

}  // namespace oc::stores
