// The proofs by count: of stores that know no bytes, and of official collectors, which tell none.
#include <algorithm>

#include "control_plane/verification/drop_reasons.h"
#include "control_plane/verification/source_verifier.h"

namespace oc::control_plane {

namespace {

constexpr std::string_view kOfficial = "official";
constexpr std::chrono::hours kCountedTime{24};
constexpr std::chrono::hours kCountWindowGrows{1};  // then it begins anew: longer ones take stores long to count

}  // namespace

bool SourceVerifier::is_official(const Tracked& tracked) const {
  const auto agent = agents_.find(tracked.facts.agent_id);
  return agent != agents_.end() && agent->second.collector.kind == kOfficial;
}

const FilterBalance* SourceVerifier::filters_of(const Tracked& tracked) const {
  const auto at = filters_.find(tracked.facts.agent_id);
  return at == filters_.end() ? nullptr : &at->second;
}

// An older one may have had records that left the window since.
bool SourceVerifier::is_young(const Tracked& tracked) const {
  return std::chrono::nanoseconds(parts_.clock.wall_ns() - tracked.facts.source.discovered_at_ns) < kCountedTime;
}

Status SourceVerifier::ask_counts(const Ids& ids, Time now) {
  for (const auto& id : ids)
    if (auto known = parts_.fleet.source(id)) tracked_.at(id).facts = std::move(*known);
  const auto counts = counts_of(ids, now);
  countable_ = counts || counts.error().retryable();
  if (!counts && countable_) return std::unexpected(counts.error());
  const Time answered = std::max(now, parts_.clock.steady());
  for (const auto& id : ids) {
    auto& tracked = tracked_.at(id);
    const auto& report = tracked.facts.collector;
    // A collector that was started again counts from 0, and its offset says it all.
    std::uint64_t count = countable_ || !report ? 0 : std::max<std::uint64_t>(report->acknowledged, 1);
    if (counts && counts->contains(id)) count = counts->at(id);
    if (is_official(tracked))
      note_accepted(tracked, count, answered);
    else
      judge_counted(tracked, count, answered);
  }
  note_accepted(answered);
  const auto lacking = lacking_by_agent();
  for (auto& [agent_id, filters] : filters_)
    filters.judge(lacking.contains(agent_id) ? lacking.at(agent_id) : 0, answered);
  for (const auto& id : ids)
    if (auto& tracked = tracked_.at(id); is_official(tracked)) judge_accepted(tracked, answered);
  return {};
}

Result<SourceVerifier::Counts> SourceVerifier::counts_of(const Ids& ids, Time now) {
  if (now - count_window_begin_ >= kCountWindowGrows) begin_window_anew(now);
  std::map<std::string, std::string> service_by_source;
  for (const auto& id : ids) service_by_source[id] = tracked_.at(id).facts.service_name;
  const auto window = kCountedTime + (now - count_window_begin_);
  return parts_.store.count(service_by_source, std::chrono::ceil<std::chrono::seconds>(window));
}

void SourceVerifier::begin_window_anew(Time now) {
  count_window_begin_ = now;
  for (auto& [id, tracked] : tracked_) {
    tracked.counted.begin_anew();
    tracked.accepted.begin_anew(now);
  }
  const auto lacking = lacking_by_agent();
  for (auto& [agent_id, filters] : filters_) filters.begin_anew(lacking.contains(agent_id) ? lacking.at(agent_id) : 0);
}

// What a filter left out is done with, and in no store.
void SourceVerifier::judge_counted(Tracked& tracked, std::uint64_t count, Time now) {
  const auto& report = tracked.facts.collector;
  const auto acknowledged_offset = report ? report->acknowledged_offset : 0;
  if (report && countable_) tracked.counted.note(report->acknowledged, count, now);
  const bool all_left_out = report && count == 0 && report->acknowledged == 0 && !report->dropped.empty() &&
                            std::ranges::all_of(report->dropped, [](const auto& drop) {
                              return kind_of_drop(drop.first) == DropKind::kFilter;
                            });
  if (tracked.proof.judge_counted(all_left_out ? total(report->dropped) : count, acknowledged_offset, now))
    count_proof(tracked);
  else
    tracked.proof.doubt(now);
}

// An official collector's counts begin anew with each reload: what came before must have been heard of.
void SourceVerifier::note_accepted(Time now) {
  parts_.fleet.for_each_source([&](const std::string& id, const SourceFacts& facts) {
    const auto at = facts.collector ? tracked_.find(id) : tracked_.end();
    if (at != tracked_.end()) at->second.accepted.note_accepted(facts.collector->emitted, now);
  });
  for (const auto& [id, agent] : agents_)
    if (agent.collector.kind == kOfficial) filters_[id].note(parts_.fleet.left_out(id));
}

void SourceVerifier::note_accepted(Tracked& tracked, std::uint64_t count, Time now) {
  const auto& report = tracked.facts.collector;
  tracked.accepted.note_accepted(report ? report->emitted : 0, now);
  tracked.accepted.note_counted(count, is_young(tracked), now);
}

std::map<std::string, std::uint64_t> SourceVerifier::lacking_by_agent() const {
  std::map<std::string, std::uint64_t> lacking;
  for (const auto& [id, tracked] : tracked_)
    if (is_official(tracked) && tracked.accepted.lacking() > 0)
      lacking[tracked.facts.agent_id] += tracked.accepted.lacking();
  return lacking;
}

void SourceVerifier::judge_accepted(Tracked& tracked, Time now) {
  const auto& accepted = tracked.accepted;
  const auto* filters = filters_of(tracked);
  const bool complains = tracked.facts.collector && !tracked.facts.collector->last_error.empty();
  const bool there = accepted.complete() || (filters != nullptr && filters->explains());
  const bool complete = countable_ ? there : !complains;
  // A collector that finds nothing new where an earlier one left off has nothing to accept.
  const bool left_off =
      !complains && (accepted.counted() > 0 || !is_young(tracked)) && accepted.begun_since(tracked.grown_at, now);
  const bool read = accepted.moved_since(tracked.grown_at) || left_off;
  if (!complete)
    tracked.proof.doubt(now, kAcceptedGrace);
  else if ((read || !tracked.proof.pending()) && tracked.proof.judge_accepted(accepted.counted(), now))
    count_proof(tracked);
}

}  // namespace oc::control_plane
