#include "control_plane/verification/proof_conclusion.h"

#include <fmt/format.h>

#include "control_plane/verification/drop_reasons.h"

namespace oc::control_plane {

namespace {

std::string duration_text(double milliseconds) {
  const auto seconds = static_cast<std::uint64_t>(milliseconds / 1000);
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7200) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

std::string time_text(const DeliveryProof& proof) {
  if (proof.latency_ms() >= static_cast<double>(kProofLimit.count()))
    return "was late by " + duration_text(proof.latency_ms());
  return fmt::format("{:.0f} ms behind", proof.latency_ms());
}

std::string lines_text(std::uint64_t lines) { return with_thousands(lines) + (lines == 1 ? " line" : " lines"); }

// With something left out, both numbers are the collector's, since its start.
std::string delivered_text(const DeliveryProof& proof, const ProofContext& context) {
  const auto& report = context.source.collector;
  const auto dropped = report ? drops_text(report->dropped) : "";
  if (dropped.empty()) return fmt::format("delivered {}, {}", lines_text(proof.records()), time_text(proof));
  return fmt::format("delivered {} of {}, {}, {}", with_thousands(report->acknowledged),
                     lines_text(report->acknowledged + total(report->dropped)), dropped, time_text(proof));
}

std::string counted_text(const DeliveryProof& proof, const ProofContext& context) {
  const auto since = context.counted != nullptr && context.counted->expected() > 0
                         ? fmt::format(", {} of the last {} acknowledged", with_thousands(context.counted->found()),
                                       with_thousands(context.counted->expected()))
                         : "";
  return fmt::format("acknowledged to byte {}, and the store counts {} of the last 24 h (counted, not compared){}, {}",
                     proof.goal(), lines_text(proof.records()), since, time_text(proof));
}

// What an official collector's records are worth: they were counted, as many as were accepted.
SourceVerification delivered_as_accepted(const DeliveryProof& proof, const ProofContext& context) {
  const auto& accepted = *context.accepted;
  auto of_all = fmt::format("the store counts {} of {} that the collector accepted", with_thousands(accepted.found()),
                            lines_text(accepted.expected()));
  const bool filtered = context.filters != nullptr && context.filters->excuses(context.now);
  const auto left_out = filtered && !accepted.complete() ? drops_text(context.filters->since_begin()) : "";
  if (!left_out.empty()) of_all += ", and of all its sources together " + left_out;
  if (context.countable && accepted.missing(context.now) && !filtered)
    return {ProofState::kNotDelivered, "stored: " + of_all, std::nullopt, context.verified_at_ns};
  const auto state = context.countable ? ProofState::kCounted : ProofState::kAcknowledged;
  std::string reason = fmt::format("{}, {} of the last 24 h (counted, not compared), {}", of_all,
                                   with_thousands(accepted.counted()), time_text(proof));
  if (!context.countable)
    reason =
        fmt::format("{} accepted by the collector, for a sink that cannot be asked", lines_text(accepted.expected()));
  else if (!accepted.moved())
    reason = fmt::format("nothing new since the collector was started, {} of the last 24 h (counted, not compared)",
                         lines_text(accepted.counted()));
  return {state, std::move(reason), proof.latency_ms(), context.verified_at_ns};
}

SourceVerification delivered(const DeliveryProof& proof, const ProofContext& context) {
  if (context.accepted != nullptr) return delivered_as_accepted(proof, context);
  const auto as = [&](ProofState state, std::string reason) {
    return SourceVerification{state, std::move(reason), proof.latency_ms(), context.verified_at_ns};
  };
  if (context.byte_for_byte) return as(ProofState::kVerified, delivered_text(proof, context));
  if (!context.countable)
    return as(ProofState::kAcknowledged, fmt::format("acknowledged to byte {} by a sink that cannot be asked, {}",
                                                     proof.goal(), time_text(proof)));
  if (context.counted == nullptr || !context.counted->missing(context.now))
    return as(ProofState::kCounted, counted_text(proof, context));
  const auto& [expected, found] = std::pair(context.counted->expected(), context.counted->found());
  if (found == 0)
    return {ProofState::kNotDelivered,
            fmt::format("stored: the store counts none of the last {} that it acknowledged", lines_text(expected)),
            std::nullopt, context.verified_at_ns};
  return as(ProofState::kMerged, fmt::format("identical lines merged by the store: it counts {} of the last {} that it "
                                             "acknowledged",
                                             with_thousands(found), lines_text(expected)));
}

// Nothing but lines of a time that the store does not take.
bool all_too_old(const DeliveryProof& proof, const ProofContext& context) {
  const auto& report = context.source.collector;
  if (!report || report->dropped.empty() || report->acknowledged > 0) return false;
  for (const auto& [reason, records] : report->dropped)
    if (kind_of_drop(reason) != DropKind::kTooOld) return false;
  return report->acknowledged_offset >= proof.goal();
}

std::string idle_text(const SourceFacts& source) {
  if (source.source.skipped_bytes > 0 || source.source.start_offset > 0) return "idle: nothing newer than 24 h";
  if (source.ledger && source.ledger->size_bytes > 0) return "idle: the first line is not finished yet";
  return "idle: nothing written yet";
}

// The config or its data was turned down: waiting would not help.
bool is_refusal(const ChainStep& broken, const ProofContext& context) {
  if (broken.ok != false) return false;  // not reached, which is not refused
  if (broken.step == "rendered") return true;
  if (broken.step == "applied") return context.agent && context.agent->config_state == ConfigState::kFailed;
  if (broken.step != "sent" || !context.source.collector) return false;
  for (const auto& [reason, records] : context.source.collector->dropped)
    if (kind_of_drop(reason) == DropKind::kRefused) return true;
  return false;
}

// The chain knows what was ever accepted; whether reading went on, only the comparison does.
bool not_read_on(const DeliveryProof& proof, const ProofContext& context) {
  return context.accepted != nullptr && proof.proven() && context.accepted->complete() &&
         !context.accepted->moved_since(context.grown_at);
}

const ChainStep* next_link(const std::vector<ChainStep>& chain) {
  for (const auto& step : chain)
    if (step.ok != true) return &step;
  return nullptr;
}

}  // namespace

SourceVerification conclude(const DeliveryProof& proof, const ProofContext& context) {
  if (proof.proven() && !context.overdue && !proof.idle()) return delivered(proof, context);
  if (proof.pending() && all_too_old(proof, context))
    return {ProofState::kTooOld, drops_text(context.source.collector->dropped), std::nullopt, context.verified_at_ns};
  const auto chain = delivery_chain(context.source, context.agent, context.store, false);
  const auto* broken = broken_link(chain, context.overdue);
  if (broken != nullptr && is_refusal(*broken, context))
    return {ProofState::kRefused, broken->detail, std::nullopt, context.verified_at_ns};
  if (proof.idle()) return {ProofState::kIdle, idle_text(context.source), std::nullopt, context.verified_at_ns};
  if (context.overdue && broken != nullptr) {
    auto reason = broken->step + ": " + broken->detail;
    if (not_read_on(proof, context)) reason = "read: the collector has accepted nothing of it since it grew";
    if (context.verified_at_ns) reason = "not delivered since " + to_rfc3339(*context.verified_at_ns) + ": " + reason;
    return {ProofState::kNotDelivered, std::move(reason), std::nullopt, context.verified_at_ns};
  }
  const auto* next = next_link(chain);
  return {ProofState::kWaiting, next == nullptr ? "waiting for the store's answer" : next->detail, std::nullopt,
          context.verified_at_ns};
}

}  // namespace oc::control_plane
