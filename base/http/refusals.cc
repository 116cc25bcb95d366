#include "base/http/refusals.h"

#include "base/log.h"

namespace oc::http {

namespace {

constexpr std::chrono::seconds kSilence{10};  // between two log lines about the same limit

}  // namespace

Refusals::Refusals(std::shared_ptr<MetricRegistry> metrics, std::string listener)
    : metrics_(std::move(metrics)), listener_(std::move(listener)) {}

void Refusals::count(const std::string& reason) {
  if (metrics_)
    metrics_
        ->counter("onecollector_http_refused_total", "Requests and connections refused by a limit",
                  {{"reason", reason}})
        ->add();
  auto& silence = silences_[reason];
  ++silence.unreported;
  const auto now = std::chrono::steady_clock::now();
  if (now < silence.until) return;
  log::warn("{}: {} refused ({})", listener_, silence.unreported, reason);
  silence = {.until = now + kSilence, .unreported = 0};
}

Response busy(std::string why) {
  auto response = Response::error(503, std::move(why), "try again in a second");
  response.headers.set("Retry-After", "1");
  return response;
}

}  // namespace oc::http
