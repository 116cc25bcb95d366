#include "control_plane/verification/verifier.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace oc::control_plane {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kProbeEvery{60'000};
constexpr milliseconds kFirstStorePause{100};  // the store starts beside us
constexpr milliseconds kLongestStorePause{5'000};
constexpr milliseconds kStoreCheckEvery{60'000};  // while nothing else asks it
constexpr milliseconds kAnswerMargin{2'000};      // of probe_now() above the probe's own limit

model::VerificationResult stopping_result() {
  model::VerificationResult result;
  result.reason = "the control plane is stopping";
  return result;
}

}  // namespace

Verifier::Verifier(const Parts& parts)
    : parts_(parts),
      store_(parts.config.logs_base_url(), parts.config.embedded_backend() ? parts.token : ""),
      store_pause_(kFirstStorePause) {
  store_status_.url = parts.config.logs_base_url();
  store_status_.embedded = parts.config.embedded_backend();
  parts_.board.set_store(store_status_);
  next_store_check_ = parts.clock.steady();
  next_probes_ = next_store_check_ + kProbeEvery;
}

void Verifier::start(ProbeRunner::SendProbe send_probe) {
  thread_ = std::thread([this, send = std::move(send_probe)] { run(send); });
}

void Verifier::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  store_.cancel();
  if (thread_.joinable()) thread_.join();
}

bool Verifier::Inbox::empty() const {
  return !fleet_changed && !collector_reported && settled_agents.empty() && ledger.empty() && written.empty() &&
         requests.empty() && changes.empty();
}

template <typename Change>
void Verifier::post(Change change) {
  {
    std::lock_guard lock(mutex_);
    change(inbox_);
  }
  changed_.notify_all();
}

void Verifier::sources_changed(const std::string&, SetChange) {
  post([](Inbox& inbox) { inbox.fleet_changed = true; });
}
void Verifier::config_settled(const std::string& agent_id) {
  post([&](Inbox& inbox) { inbox.settled_agents.insert(agent_id); });
}
void Verifier::collector_reported(const std::string&) {
  post([](Inbox& inbox) { inbox.collector_reported = true; });
}
void Verifier::ledger_moved(const std::vector<contracts::LedgerEntry>& entries) {
  post([&](Inbox& inbox) {
    for (const auto& entry : entries) inbox.ledger[entry.source_id] = entry;
  });
}
void Verifier::probe_written(const std::string& agent_id, const contracts::ProbeWritten& written) {
  post([&](Inbox& inbox) { inbox.written[agent_id] = written; });
}

model::VerificationResult Verifier::probe_now() {
  ProbeRequest request;
  auto answer = request.answer.get_future();
  post([&](Inbox& inbox) {
    if (!stopping_) inbox.requests.push_back(std::move(request));
  });
  if (stopping()) return stopping_result();
  if (answer.wait_for(kProbeLimit + kAnswerMargin) == std::future_status::ready) return answer.get();
  model::VerificationResult late;
  late.reason = "the verifier did not answer in time";
  return late;
}

Result<ChangeProof> Verifier::prove_change(ChangeProofRequest request, const std::stop_token& stop) {
  auto wait = std::make_shared<ChangeWait>(std::move(request));
  bool taken = false;
  post([&](Inbox& inbox) {
    taken = !stopping_;
    if (taken) inbox.changes.push_back(wait);
  });
  if (!taken) return retryable("the control plane is stopping");
  return wait->wait(stop);
}

void Verifier::run(const ProbeRunner::SendProbe& send_probe) {
  ChangeProofs* results_to = nullptr;
  ProbeRunner probes(
      {store_, parts_.fleet, parts_.metrics, parts_.clock, send_probe,
       [&](const auto& agent_id, const auto& result) { on_probe_result(agent_id, result, *results_to); }});
  SourceVerifier sources(
      {store_, store_status_.embedded, parts_.fleet, parts_.board, parts_.metrics, parts_.clock, parts_.bus},
      parts_.clock.steady());
  ChangeProofs changes({parts_.fleet, sources, probes});
  results_to = &changes;
  Work work{probes, sources, changes};
  while (true) {
    auto inbox = take_inbox(next_due(work));
    if (stopping()) return answer_all(std::move(inbox), changes);
    const auto now = parts_.clock.steady();
    absorb(std::move(inbox), work, now);
    if (now >= next_probes_) probe_all(probes, now);
    note_store(probes.step(now), now);
    note_store(sources.step(now), now);
    note_queryable(sources.store_queryable());
    if (now >= next_store_check_) check_store(now);
    changes.step(store_status_, parts_.clock.steady());
  }
}

bool Verifier::stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

// Nobody may be left waiting for an answer that will not come.
void Verifier::answer_all(Inbox newest, ChangeProofs& changes) {
  std::move(newest.requests.begin(), newest.requests.end(), std::back_inserter(requests_));
  for (auto& request : requests_) request.answer.set_value(stopping_result());
  requests_.clear();
  const auto stopping = retryable("the control plane is stopping").error();
  for (const auto& wait : newest.changes) wait->answer(std::unexpected(stopping));
  changes.give_up(stopping);
}

Verifier::Inbox Verifier::take_inbox(Time until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [&] { return stopping_ || !inbox_.empty(); });
  return std::exchange(inbox_, {});
}

Verifier::Time Verifier::next_due(const Work& work) const {
  auto due = std::min(next_probes_, next_store_check_);
  for (const auto& other : {work.probes.next_due(), work.sources.next_due(), work.changes.next_due()})
    if (other) due = std::min(due, *other);
  return due;
}

void Verifier::absorb(Inbox inbox, Work& work, Time now) {
  if (inbox.fleet_changed || !inbox.settled_agents.empty()) work.sources.look_again(now);
  for (const auto& agent_id : inbox.settled_agents) work.changes.config_settled(agent_id, store_status_, now);
  for (const auto& [id, entry] : inbox.ledger) work.sources.note_ledger(entry, now);
  if (inbox.collector_reported) work.sources.look_at_open(now);
  for (auto& wait : inbox.changes) work.changes.add(std::move(wait), now);
  for (auto& request : inbox.requests) start_request(std::move(request), work.probes, now);
  for (const auto& [agent_id, written] : inbox.written) work.probes.written(agent_id, written, now);
}

void Verifier::start_request(ProbeRequest request, ProbeRunner& probes, Time now) {
  for (const auto& agent : parts_.fleet.agents())
    if (agent.connected) request.agents_left.insert(agent.agent_id);
  if (request.agents_left.empty()) {
    request.worst.reason = "no agent is connected";
    request.worst.verified_at_ns = parts_.clock.wall_ns();
    request.answer.set_value(request.worst);
    return;
  }
  const auto agents = request.agents_left;
  requests_.push_back(std::move(request));
  for (const auto& agent_id : agents) probes.start(agent_id, now);
}

void Verifier::probe_all(ProbeRunner& probes, Time now) {
  next_probes_ = now + kProbeEvery;
  for (const auto& agent : parts_.fleet.agents())
    if (agent.connected && agent.applied_version > 0) probes.start(agent.agent_id, now);
}

void Verifier::on_probe_result(const std::string& agent_id, const model::VerificationResult& result,
                               ChangeProofs& changes) {
  parts_.board.set_probe(agent_id, result);
  changes.probe_ended(agent_id, result);
  if (store_status_.queryable && (!result.log_found || !result.labels_correct))
    log::warn("probe of agent {}: {}", agent_id, result.reason);
  for (auto& request : requests_) {
    if (request.agents_left.erase(agent_id) == 0) continue;
    if (request.worst.test_id.empty() || request.worst.log_found) request.worst = result;
    if (request.agents_left.empty()) request.answer.set_value(request.worst);
  }
  std::erase_if(requests_, [](const ProbeRequest& request) { return request.agents_left.empty(); });
}

void Verifier::note_store(const std::optional<Status>& asked, Time now) {
  if (!asked) return;
  const bool reachable = asked->has_value();
  const auto reason = reachable ? std::string() : asked->error().message;
  if (reachable) store_pause_ = kFirstStorePause;
  next_store_check_ = now + (reachable ? kStoreCheckEvery : store_pause_);
  if (!reachable) store_pause_ = std::min(store_pause_ * 2, kLongestStorePause);
  if (reachable == store_status_.reachable && reason == store_status_.reason) return;
  if (reachable != store_status_.reachable)
    log::info("store {} is {}", store_status_.url, reachable ? "reachable" : "unreachable: " + reason);
  store_status_.reachable = reachable;
  store_status_.reason = reason;
  parts_.board.set_store(store_status_);
}

void Verifier::note_queryable(bool queryable) {
  if (std::exchange(store_status_.queryable, queryable) == queryable) return;
  parts_.board.set_store(store_status_);
}

void Verifier::check_store(Time now) { note_store(store_.ready(), now); }

}  // namespace oc::control_plane
