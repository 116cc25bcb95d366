#include "agent/collector_requests.h"

#include "base/log.h"

namespace oc::agent {

namespace {

// A control plane asks for one at a time; a few more may be left over from a connection before.
constexpr std::size_t kQueuedRequests = 16;

contracts::CollectorAnswer answer_of(const std::string& request_id, Result<Json> result) {
  if (result) return {request_id, "", false, *std::move(result)};
  return {request_id, result.error().text(), result.error().retryable()};
}

}  // namespace

CollectorRequests::CollectorRequests(DryRun dry_run, Supervisor& supervisor)
    : dry_run_(std::move(dry_run)), supervisor_(supervisor), queue_(kQueuedRequests), thread_([this] { run(); }) {}

void CollectorRequests::end() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

void CollectorRequests::take(contracts::CollectorRequest request, Answer answer) {
  const auto id = request.request_id;
  if (!queue_.try_push({std::move(request), answer}))
    answer(answer_of(id, retryable("the agent is busy with other requests for its collector, or stopping")));
}

void CollectorRequests::run() {
  while (const auto task = queue_.pop()) {
    auto result = perform(task->request);
    if (!result) log::warn("{} of the collector: {}", to_string(task->request.action), result.error().text());
    task->answer(answer_of(task->request.request_id, std::move(result)));
  }
}

Result<Json> CollectorRequests::perform(const contracts::CollectorRequest& request) {
  if (request.action != contracts::CollectorAction::kDryRun) {
    OC_TRY(supervisor_.command(request.action));
    return Json::object();
  }
  auto options = dry_run_;
  options.receivers = request.receivers;
  options.max_records = request.max_records;
  options.timeout = std::chrono::milliseconds(request.timeout_ms);
  OC_TRY_ASSIGN(auto report, dry_run(options, request.config));
  if (report.value("ok", false)) supervisor_.trust(request.config);
  return report;
}

}  // namespace oc::agent
