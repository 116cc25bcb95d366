#include "control_plane/verification/proof_conclusion.h"

#include <fmt/format.h>

#include "control_plane/verification/drop_reasons.h"

namespace oc::control_plane {

namespace {

std::string delivered_text(const DeliveryProof& proof, bool byte_for_byte) {
  const auto lines = fmt::format("{} line{}", with_thousands(proof.records()), proof.records() == 1 ? "" : "s");
  const auto behind = fmt::format("{:.0f} ms behind", proof.latency_ms());
  if (byte_for_byte) return fmt::format("delivered {}, {}", lines, behind);
  return fmt::format("acknowledged to byte {}, and the store counts {} of the last 24 h (counted, not compared), {}",
                     proof.goal(), lines, behind);
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
  return broken.step == "sent" && context.source.collector && !context.source.collector->dropped.empty();
}

const ChainStep* next_link(const std::vector<ChainStep>& chain) {
  for (const auto& step : chain)
    if (step.ok != true) return &step;
  return nullptr;
}

}  // namespace

SourceVerification conclude(const DeliveryProof& proof, const ProofContext& context) {
  if (proof.proven() && !context.overdue && !proof.idle())
    return {ProofState::kVerified, delivered_text(proof, context.byte_for_byte), proof.latency_ms(),
            context.verified_at_ns};
  const auto chain = delivery_chain(context.source, context.agent, context.store, false);
  const auto* broken = broken_link(chain, context.overdue);
  if (broken != nullptr && is_refusal(*broken, context))
    return {ProofState::kRefused, broken->detail, std::nullopt, context.verified_at_ns};
  if (proof.idle()) return {ProofState::kIdle, idle_text(context.source), std::nullopt, context.verified_at_ns};
  if (context.overdue && broken != nullptr) {
    auto reason = broken->step + ": " + broken->detail;
    if (context.verified_at_ns) reason = "not delivered since " + to_rfc3339(*context.verified_at_ns) + ": " + reason;
    return {ProofState::kNotDelivered, std::move(reason), std::nullopt, context.verified_at_ns};
  }
  const auto* next = next_link(chain);
  return {ProofState::kWaiting, next == nullptr ? "waiting for the store's answer" : next->detail, std::nullopt,
          context.verified_at_ns};
}

}  // namespace oc::control_plane
