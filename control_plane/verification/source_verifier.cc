#include "control_plane/verification/source_verifier.h"

#include <algorithm>
#include <utility>

#include "control_plane/verification/drop_reasons.h"
#include "control_plane/verification/proof_conclusion.h"

namespace oc::control_plane {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kFirstWavePause{20};  // between waves while a source waits for its first proof
constexpr milliseconds kLongestWavePause{500};
constexpr milliseconds kHurriedPause{100};    // while somebody waits for a proof
constexpr milliseconds kCoalesceGrowth{500};  // sources that were proven before only go on growing
constexpr milliseconds kOverduePause{5'000};  // nothing comes soon where 30 s were not enough

}  // namespace

SourceVerifier::SourceVerifier(Parts parts, Time now)
    : parts_(parts),
      pause_(kFirstWavePause),
      next_recheck_(now + kRecheckEvery),
      count_window_begin_(now),
      events_(parts.bus),
      waves_(parts.metrics.counter("onecollector_verification_waves_total", "Requests about unproven sources")),
      proofs_(parts.metrics.counter("onecollector_verification_proofs_total", "Sources proven, each time anew")),
      wave_seconds_(parts.metrics.gauge("onecollector_verification_wave_seconds", "Duration of the last wave")),
      latency_(
          parts.metrics.gauge("onecollector_verification_latency_seconds", "Ledger to proof, of the last source")) {}

void SourceVerifier::hasten(Time at) {
  if (!next_wave_ || at < *next_wave_) next_wave_ = at;
}

void SourceVerifier::look_again(Time now) {
  agents_.clear();
  for (auto& agent : parts_.fleet.agents()) agents_.emplace(agent.agent_id, agent);
  std::set<std::string> gone;
  for (const auto& [id, tracked] : tracked_) gone.insert(id);
  parts_.fleet.for_each_source([&](const std::string& id, const SourceFacts& facts) {
    gone.erase(id);
    auto [at, is_new] = tracked_.try_emplace(id);
    at->second.facts = facts;
    if (is_new) at->second.first_seen = now;
    if (facts.ledger && !at->second.proof.has_ledger()) note_ledger(at->second, *facts.ledger, now);
    if (open(at->second)) open_.insert(id);
  });
  for (const auto& id : gone) {
    tell_turn(id, tracked_.at(id), {ProofState::kIdle, "the source is gone", {}, {}}, now);
    tracked_.erase(id);
    open_.erase(id);
    parts_.board.remove_source(id);
  }
  for (auto& [id, tracked] : tracked_) publish(id, tracked, now);
  pause_ = kFirstWavePause;
  if (!open_.empty()) hasten(now);
}

void SourceVerifier::note_ledger(Tracked& tracked, const contracts::LedgerEntry& entry, Time now) {
  const auto& before = tracked.proof.ledger();
  if (!before || entry.last_newline_end != before->last_newline_end) tracked.grown_at = now;
  tracked.proof.note_ledger(entry, now);
}

void SourceVerifier::note_ledger(const contracts::LedgerEntry& entry, Time now) {
  const auto at = tracked_.find(entry.source_id);
  if (at == tracked_.end()) return;
  auto& tracked = at->second;
  tracked.facts.ledger = entry;
  note_ledger(tracked, entry, now);
  publish(entry.source_id, tracked, now);
  if (!open(tracked)) {
    open_.erase(entry.source_id);
    return;
  }
  open_.insert(entry.source_id);
  if (!tracked.proof.proven()) pause_ = kFirstWavePause;
  hasten(now + (tracked.proof.proven() && !hurry_ ? kCoalesceGrowth : kFirstWavePause));
}

// Figures come without a look at the source: they are fetched anew.
std::vector<SourceEvidence> SourceVerifier::evidence(const std::string& agent_id) {
  parts_.fleet.for_each_source([&](const std::string& id, const SourceFacts& facts) {
    const auto at = facts.agent_id == agent_id ? tracked_.find(id) : tracked_.end();
    if (at == tracked_.end()) return;
    at->second.facts.collector = facts.collector;
    at->second.facts.config_version = facts.config_version;
  });
  std::vector<SourceEvidence> found;
  for (const auto& [id, tracked] : tracked_)
    if (tracked.facts.agent_id == agent_id)
      found.push_back({&tracked.facts, &tracked.proof, in_trouble(tracked),
                       is_official(tracked) ? &tracked.accepted : nullptr, filters_of(tracked)});
  return found;
}

void SourceVerifier::look_at_open(Time now) {
  note_accepted(now);
  if (!lacking_by_agent().empty()) hasten(now + kCoalesceGrowth);
  for (const auto& id : open_) {
    auto& tracked = tracked_.at(id);
    if (auto facts = parts_.fleet.source(id)) tracked.facts = std::move(*facts);
    publish(id, tracked, now);
  }
}

std::optional<SourceVerifier::Time> SourceVerifier::next_due() const {
  auto due = events_.next_due();
  if (tracked_.empty()) return due;
  for (const auto& other : {std::optional(next_recheck_), next_wave_})
    if (other) due = std::min(due.value_or(*other), *other);
  return due;
}

std::optional<Status> SourceVerifier::step(Time now) {
  events_.flush(now);
  std::optional<Status> asked;
  if (now >= next_recheck_ && !tracked_.empty()) {
    next_recheck_ = now + kRecheckEvery;
    asked = wave(all_askable(), now);
    const bool any_trouble = std::ranges::any_of(tracked_, [](const auto& entry) { return in_trouble(entry.second); });
    if (open_.empty() && !any_trouble) events_.all_well(now);
  } else if (next_wave_ && now >= *next_wave_) {
    asked = wave(all_unsettled(), now);
  } else {
    return std::nullopt;
  }
  schedule(now);
  return asked;
}

void SourceVerifier::schedule(Time now) {
  next_wave_.reset();
  if (open_.empty()) return;
  const bool young = std::any_of(open_.begin(), open_.end(), [&](const std::string& id) {
    const auto& tracked = tracked_.at(id);
    return tracked.proof.has_ledger() ? !tracked.proof.late(now) : now - tracked.first_seen < kProofLimit;
  });
  next_wave_ = now + (young ? pause_ : kOverduePause);
  pause_ = std::min(pause_ * 2, hurry_ ? kHurriedPause : kLongestWavePause);
}

// Before its config is applied nothing of a source can be in the store.
bool SourceVerifier::askable(const Tracked& tracked) const {
  const auto agent = agents_.find(tracked.facts.agent_id);
  return tracked.proof.has_ledger() && !tracked.proof.idle() && agent != agents_.end() &&
         tracked.facts.config_version > 0 && agent->second.applied_version >= tracked.facts.config_version;
}

SourceVerifier::Ids SourceVerifier::all_askable() const {
  Ids ids;
  for (const auto& [id, tracked] : tracked_)
    if (askable(tracked)) ids.push_back(id);
  return ids;
}

// The open ones, and those that were settled before their collector told of more.
SourceVerifier::Ids SourceVerifier::all_unsettled() const {
  Ids ids(open_.begin(), open_.end());
  for (const auto& [id, tracked] : tracked_)
    if (is_official(tracked) && tracked.accepted.lacking() > 0 && !open_.contains(id)) ids.push_back(id);
  return ids;
}

std::optional<Status> SourceVerifier::wave(const Ids& ids, Time now) {
  Ids asked;
  for (const auto& id : ids)
    if (askable(tracked_.at(id))) asked.push_back(id);
  std::optional<Status> answer;
  if (!asked.empty()) {
    waves_->add();
    answer = ask(asked, now);
    wave_seconds_->set(std::chrono::duration<double>(parts_.clock.steady() - now).count());
  }
  if (answer && !*answer)
    for (const auto& id : asked) tracked_.at(id).proof.doubt(now);
  settle(ids, now);
  return answer;
}

// Only a native collector says which bytes it sends, so that the embedded store can tell which it holds.
Status SourceVerifier::ask(const Ids& ids, Time now) {
  Ids by_bytes, by_count;
  for (const auto& id : ids)
    (parts_.store_has_watermarks && !is_official(tracked_.at(id)) ? by_bytes : by_count).push_back(id);
  const auto bytes = by_bytes.empty() ? Status() : ask_watermarks(by_bytes, now);
  const auto counts = by_count.empty() ? Status() : ask_counts(by_count, now);
  return bytes ? counts : bytes;
}

Status SourceVerifier::ask_watermarks(const Ids& ids, Time now) {
  OC_TRY_ASSIGN(const auto watermarks, parts_.store.watermarks(ids));
  std::map<std::string, std::vector<const contracts::Watermark*>> by_source;
  for (const auto& watermark : watermarks) by_source[watermark.source_id].push_back(&watermark);
  const Time answered = std::max(now, parts_.clock.steady());
  for (const auto& id : ids) {
    auto& tracked = tracked_.at(id);
    if (tracked.proof.judge(by_source[id], answered))
      count_proof(tracked);
    else
      tracked.proof.doubt(answered);
  }
  return {};
}

void SourceVerifier::settle(const Ids& ids, Time now) {
  for (const auto& id : ids) {
    auto& tracked = tracked_.at(id);
    publish(id, tracked, now);
    if (open(tracked))
      open_.insert(id);
    else
      open_.erase(id);
  }
}

void SourceVerifier::count_proof(Tracked& tracked) {
  tracked.verified_at_ns = parts_.clock.wall_ns();
  proofs_->add();
  latency_->set(tracked.proof.latency_ms() / 1e3);
}

void SourceVerifier::publish(const std::string& id, Tracked& tracked, Time now) {
  const auto agent = agents_.find(tracked.facts.agent_id);
  ProofContext context{.source = tracked.facts,
                       .store = parts_.board.store(),
                       .byte_for_byte = parts_.store_has_watermarks && !is_official(tracked),
                       .countable = countable_,
                       .counted = &tracked.counted,
                       .accepted = is_official(tracked) ? &tracked.accepted : nullptr,
                       .filters = filters_of(tracked),
                       .grown_at = tracked.grown_at,
                       .now = now,
                       .verified_at_ns = tracked.verified_at_ns};
  if (agent != agents_.end()) context.agent = agent->second;
  context.overdue = tracked.proof.has_ledger() ? tracked.proof.late(now) : now - tracked.first_seen >= kProofLimit;
  auto verification = conclude(tracked.proof, context);
  if (verification == tracked.published) return;
  tell_turn(id, tracked, verification, now);
  parts_.board.set_source(id, verification);
  tracked.published = std::move(verification);
}

// A source that waits has not recovered yet.
void SourceVerifier::tell_turn(const std::string& id, const Tracked& tracked, const SourceVerification& now_known,
                               Time now) {
  const auto agent = agents_.find(tracked.facts.agent_id);
  TurnedSource turned{id, tracked.facts.source.log_path, tracked.facts.agent_id,
                      agent == agents_.end() ? "" : agent->second.host_name, now_known.reason};
  if (is_trouble(now_known.state))
    events_.failed(std::move(turned), now);
  else if (now_known.state != ProofState::kWaiting)
    events_.recovered(std::move(turned), now);
}

}  // namespace oc::control_plane
