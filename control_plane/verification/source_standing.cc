#include "control_plane/verification/source_standing.h"

#include <algorithm>

#include <fmt/format.h>

namespace oc::control_plane {

namespace {

using State = SourceStanding::State;

struct Due {
  std::uint64_t from = 0;  // held before the config came
  std::uint64_t to = 0;    // must be held
};

// A file that shrank is another one: all of it is new.
Due due_of(const contracts::LedgerEntry& ledger, const SourceBaseline& before) {
  const bool anew = ledger.last_newline_end < before.ledger_end;
  const auto from = std::max(anew ? 0 : before.proven_end, ledger.start_offset);
  return {from, std::min(ledger.last_newline_end, from + kProvenByBytes)};
}

// The reason that is this config's doing; empty: none. What was refused for the same reason before is not.
std::string refusal(const ReportDifference& since, const SourceBaseline& before) {
  for (const auto& [reason, records] : since.dropped) {
    const bool as_before = before.report && before.report->dropped.contains(reason);
    if (kind_of_drop(reason) == DropKind::kRefused && !as_before) return reason;
  }
  return {};
}

bool all_by(const RecordsByReason& dropped, const std::set<std::string>& filters) {
  return std::ranges::all_of(dropped, [&](const auto& drop) {
    return kind_of_drop(drop.first) == DropKind::kTooOld || filters.contains(drop.first);
  });
}

void judge_nothing_stored(SourceStanding& standing, const ReportDifference& since,
                          const std::set<std::string>& known_filters) {
  if (!since.dropped.empty()) {
    standing.state = all_by(since.dropped, known_filters) ? State::kLeftOut : State::kFailed;
    standing.reason = "all records are lost: " + drops_text(since.dropped);
  } else if (since.read_bytes > kBlankBytes && since.emitted == 0) {
    standing.state = State::kFailed;
    standing.reason = fmt::format("{} bytes read but nothing emitted", with_thousands(since.read_bytes));
  } else if (since.read_bytes > 0 && since.emitted == 0) {
    standing.state = State::kIdle;  // blank lines
  }  // else: the collector's figures come within a second
}

// `held`: by the store; `done_with`: by the collector, which counts what it left out.
void judge(SourceStanding& standing, const ReportDifference& since, bool held, bool done_with,
           const std::set<std::string>& known_filters) {
  const bool any_stored = standing.records > 0 || since.acknowledged > 0;
  if (held && any_stored)
    standing.state = State::kDelivered;
  else if ((held || done_with) && !any_stored)
    judge_nothing_stored(standing, since, known_filters);
}

// An official collector tells of no bytes: what arrives is known, and what filters left out of all sources together;
// the rest is known at the limit.
void judge_accepted(SourceStanding& standing, const SourceEvidence& source, const SourceBaseline& before,
                    std::uint64_t due_to, const std::set<std::string>& known_filters) {
  const auto found = source.accepted->found();
  standing.records = found > before.found ? found - before.found : 0;
  standing.progress = standing.records > 0;
  if (source.proof->proven_end() < due_to) return;
  standing.state = State::kDelivered;
  if (standing.progress || source.filters == nullptr || !source.filters->explains()) return;
  // What the filters left out is known of all sources together, and this one's records are among it.
  const auto& left_out = source.filters->since_begin();
  standing.state = all_by(left_out, known_filters) ? State::kLeftOut : State::kFailed;
  if (standing.state == State::kFailed) standing.left_out = left_out;
  standing.reason = "all records are lost: " + drops_text(left_out);
}

}  // namespace

SourceStanding standing_of(const SourceEvidence& source, const SourceBaseline& before,
                           const std::set<std::string>& known_filters) {
  SourceStanding standing;
  const auto& facts = *source.facts;
  const auto& proof = *source.proof;
  if (!facts.ledger || !proof.has_ledger()) {
    standing.reason = "the agent has not said how far the file has grown";
    return standing;
  }
  const auto due = due_of(*facts.ledger, before);
  const auto since = facts.collector
                         ? difference(before.report.value_or(contracts::CollectorSourceReport{}), *facts.collector)
                         : ReportDifference{};
  standing.left_out = since.dropped;
  standing.trouble_before = before.report && !before.report->last_error.empty();
  standing.trouble_now = facts.collector && !facts.collector->last_error.empty();
  if (const auto refused = refusal(since, before); !refused.empty()) {
    standing.state = State::kFailed;
    standing.reason = "sink refused: " + refused;
    return standing;
  }
  if (due.to <= due.from) {
    standing.state = State::kIdle;
    return standing;
  }
  if (source.accepted != nullptr) {
    judge_accepted(standing, source, before, due.to, known_filters);
    return standing;
  }
  standing.records = proof.records() > before.records ? proof.records() - before.records : since.acknowledged;
  standing.progress = proof.proven_end() > due.from || since.acknowledged > 0;
  const bool done_with = facts.collector && facts.collector->acknowledged_offset >= due.to;
  judge(standing, since, proof.proven_end() >= due.to, done_with, known_filters);
  return standing;
}

}  // namespace oc::control_plane
