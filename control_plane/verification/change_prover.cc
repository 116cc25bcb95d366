#include "control_plane/verification/change_prover.h"

#include <algorithm>

#include <fmt/format.h>

#include "control_plane/verification/drop_reasons.h"

namespace oc::control_plane {

namespace {

using State = SourceStanding::State;

ChangeProof ended(ChangeState state, std::string reason) {
  ChangeProof proof;
  proof.state = state;
  proof.reason = std::move(reason);
  return proof;
}

std::string plural(std::size_t count, const char* noun) {
  return fmt::format("{} {}{}", with_thousands(count), noun, count == 1 ? "" : "s");
}

std::string probe_text(const ChangeProof& proof) {
  if (!proof.probe) return "no probe";
  if (!proof.probe->log_found) return proof.probe->reason;
  return fmt::format("probe found in {:.0f} ms", proof.probe->latency_seconds * 1000);
}

std::string success_text(const ChangeProof& proof) {
  const auto dropped = drops_text(proof.left_out);
  const auto of_all = proof.left_out.empty() ? "" : " of " + with_thousands(proof.records + total(proof.left_out));
  auto text = proof.delivered + proof.behind == 0
                  ? std::string("unproven: no source has written a line since; ")
                  : fmt::format("{} delivered {}{} records, ", plural(proof.delivered + proof.behind, "source"),
                                with_thousands(proof.records), of_all);
  if (!dropped.empty()) text += dropped + ", ";
  return text + probe_text(proof);
}

bool all_filtered(const RecordsByReason& left_out) {
  return !left_out.empty() &&
         std::ranges::all_of(left_out, [](const auto& drop) { return kind_of_drop(drop.first) == DropKind::kFilter; });
}

}  // namespace

// The proof so far, and what is still to come.
struct ChangeProver::Tally {
  ChangeProof proof;
  std::size_t open = 0;
  std::vector<const SourceEvidence*> stuck;        // open, and the store took nothing of them since
  std::size_t as_before = 0;                       // likewise, but they were in trouble before the config came
  bool probe_left_out = false;                     // by known filters: it cannot come
  bool probe_acknowledged = false;                 // which is all there is where the store cannot be asked
  const SourceEvidence* filtered_probe = nullptr;  // its line was left out by a filter that is new
  std::string filtered_by;
  bool trouble_before = false, trouble_now = false;

  void fail(const SourceEvidence& source, const std::string& reason) {
    ++proof.failed;
    if (proof.failures.size() < kListedFailures)
      proof.failures.push_back({source.id(), source.facts->source.log_path, reason});
  }
};

ChangeProver::ChangeProver(ChangeProofRequest request, Time now)
    : request_(std::move(request)), deadline_(now + request_.limit) {}

bool ChangeProver::applied(const std::optional<AgentFacts>& agent) const {
  if (!agent || agent->applied_version != request_.config_version) return false;
  const bool newest = agent->config_version == request_.config_version;
  return !newest || request_.config_hash.empty() || agent->config_hash == request_.config_hash;
}

std::optional<ChangeProof> ChangeProver::step(const Evidence& evidence, Time now) {
  const auto& agent = evidence.agent;
  if (agent && agent->applied_version > request_.config_version)
    return ended(ChangeState::kSuperseded, fmt::format("config version {} was applied in place of version {}",
                                                       agent->applied_version, request_.config_version));
  if (!applied(agent) || evidence.baseline == nullptr) return before_apply(evidence, now);
  auto tally = this->tally(evidence);
  auto& proof = tally.proof;
  proof.probe = evidence.probe;
  proof.took_ms = std::chrono::duration<double, std::milli>(now - evidence.baseline->applied_at).count();
  const bool probe_found = proof.probe && proof.probe->log_found;
  if (probe_found && !proof.probe->labels_correct) {
    proof.state = ChangeState::kFailed;
    proof.reason = "probe: " + proof.probe->reason;
    return proof;
  }
  const auto lines_until = evidence.baseline->applied_at + request_.first_line_wait;
  const bool lines_had_time = tally.open == 0 && (now >= lines_until || proof.sources == 0);
  judge_filtered_probe(tally, lines_had_time || now >= deadline_);
  if (proof.failed > 0) {
    proof.state = ChangeState::kFailed;
    proof.reason = first_broken(evidence, tally);
    return proof;
  }
  const bool settled = tally.open == 0 && probe_came(evidence, tally);
  const bool filtered = tally.filtered_probe != nullptr && tally.open == 0;
  const bool waits =
      (settled || filtered) && proof.delivered == 0 && proof.sources > 0 && now < std::min(lines_until, deadline_);
  first_line_until_ = waits ? std::optional(lines_until) : std::nullopt;
  if (waits) return std::nullopt;
  if (settled) {
    proof.state = proof.delivered > 0 ? ChangeState::kDelivered : ChangeState::kUnproven;
    proof.reason = success_text(proof);
    return proof;
  }
  if (now < deadline_) return std::nullopt;
  return at_limit(evidence, std::move(tally));
}

std::optional<ChangeProof> ChangeProver::before_apply(const Evidence& evidence, Time now) const {
  const auto& agent = evidence.agent;
  const bool this_one = agent && agent->config_version == request_.config_version;
  if (this_one && agent->config_state == ConfigState::kFailed)
    return ended(ChangeState::kFailed, "collector refused: " + agent->config_error);
  if (now < deadline_) return std::nullopt;
  if (!agent || !agent->connected) return ended(ChangeState::kFailed, "applied: the agent is not connected");
  return ended(ChangeState::kFailed, fmt::format("applied: the agent did not apply config version {} within {} s",
                                                 request_.config_version, request_.limit.count() / 1000));
}

bool ChangeProver::concerns(const SourceEvidence& source) const {
  const auto& facts = *source.facts;
  if (facts.source.status != model::SourceStatus::kActive) return false;
  if (facts.config_version == 0 || facts.config_version > request_.config_version) return false;
  return source.is_probe() || request_.sources.empty() || request_.sources.contains(source.id());
}

ChangeProver::Tally ChangeProver::tally(const Evidence& evidence) const {
  Tally tally;
  for (const auto& source : evidence.sources) {
    if (!concerns(source)) continue;
    const auto before = evidence.baseline->sources.find(source.id());
    count(tally, source, before == evidence.baseline->sources.end() ? SourceBaseline{} : before->second);
  }
  return tally;
}

void ChangeProver::count(Tally& tally, const SourceEvidence& source, const SourceBaseline& before) const {
  const auto standing = standing_of(source, before, request_.known_filters);
  tally.trouble_before |= standing.trouble_before;
  tally.trouble_now |= standing.trouble_now;
  if (source.is_probe() && standing.state == State::kFailed && all_filtered(standing.left_out)) {
    tally.filtered_probe = &source;
    tally.filtered_by = standing.reason;
    return;
  }
  if (standing.state == State::kFailed) {
    tally.fail(source, source.is_probe() ? "the probe's line: " + standing.reason : standing.reason);
    return;
  }
  if (source.is_probe()) {
    tally.probe_left_out = standing.state == State::kLeftOut;
    tally.probe_acknowledged = standing.state == State::kDelivered;
    return;  // that its line came is asked of the store, with its labels
  }
  auto& proof = tally.proof;
  ++proof.sources;
  proof.records += standing.records;
  for (const auto& [reason, records] : standing.left_out) proof.left_out[reason] += records;
  if (standing.state == State::kDelivered) ++proof.delivered;
  if (standing.state == State::kIdle || standing.state == State::kLeftOut) ++proof.idle;
  if (standing.state != State::kOpen) return;
  ++tally.open;
  if (standing.progress) return;
  if (before.in_trouble)
    ++tally.as_before;
  else
    tally.stuck.push_back(&source);
}

// A filter that lets lines of others through may well take the probe's, which has random digits. One that lets nothing
// through is broken, and where nobody else writes the probe's line is all there is to tell it by.
void ChangeProver::judge_filtered_probe(Tally& tally, bool lines_had_time) const {
  if (tally.filtered_probe == nullptr) return;
  if (tally.proof.delivered > 0)
    tally.probe_left_out = true;
  else if (lines_had_time)
    tally.fail(*tally.filtered_probe, "the probe's line: " + tally.filtered_by);
}

bool ChangeProver::probe_came(const Evidence& evidence, const Tally& tally) const {
  if (evidence.probe && evidence.probe->log_found) return true;
  return tally.probe_left_out || (!evidence.store.queryable && tally.probe_acknowledged);
}

// What did not come in time: the store's fault, or the config's.
ChangeProof ChangeProver::at_limit(const Evidence& evidence, Tally tally) const {
  auto& proof = tally.proof;
  proof.behind = tally.open - tally.stuck.size() - tally.as_before;
  if (tally.stuck.empty() && probe_came(evidence, tally)) {
    proof.state = proof.delivered + proof.behind > 0 ? ChangeState::kDelivered : ChangeState::kUnproven;
    proof.reason = success_text(proof);
    if (tally.as_before > 0)
      proof.reason += fmt::format("; {} not delivered before it as after it", plural(tally.as_before, "source"));
    return proof;
  }
  const auto& store = evidence.store;
  const bool as_before = tally.trouble_before && tally.trouble_now && !request_.exporters_changed;
  if (!store.reachable || as_before) {
    proof.state = ChangeState::kSinkUnreachable;
    proof.reason = store.reachable ? "sent: the sink failed before this config as it does now"
                                   : fmt::format("store {} unreachable: {}", store.url, store.reason);
    return proof;
  }
  for (const auto* source : tally.stuck) {
    const auto chain = delivery_chain(*source->facts, evidence.agent, store, false);
    const auto* broken = broken_link(chain, true);
    tally.fail(*source,
               broken == nullptr ? "stored: the store does not hold it" : broken->step + ": " + broken->detail);
  }
  proof.state = ChangeState::kFailed;
  proof.reason = first_broken(evidence, tally);
  return proof;
}

std::string ChangeProver::first_broken(const Evidence& evidence, const Tally& tally) const {
  const auto& failures = tally.proof.failures;
  if (!failures.empty()) {
    const auto others = tally.proof.failed - 1;
    return fmt::format("{}: {}{}", failures.front().log_path, failures.front().reason,
                       others == 0 ? "" : fmt::format(" (and {} more)", plural(others, "source")));
  }
  // The probe's line did not come: whichever source heard of it first says why.
  for (const auto& source : evidence.sources)
    if (source.facts->collector && !source.facts->collector->last_error.empty())
      return "sent: sink refusing: " + source.facts->collector->last_error;
  return "probe: " + (tally.proof.probe ? tally.proof.probe->reason : std::string("its line did not come in time"));
}

}  // namespace oc::control_plane
