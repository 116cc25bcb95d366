#include "control_plane/activities/auto_verify_log_pipeline.h"

#include "control_plane/config_builder/known_filters.h"

namespace oc::control_plane {

namespace {

// Newer configs than this are looked at for one that was proven under the same policy.
constexpr std::size_t kLookedBack = 200;
// A source that was written in this time is expected to be written again,
constexpr std::chrono::seconds kLively{10};
// and this is long enough for an agent to tell of it: it looks each second.
constexpr std::chrono::milliseconds kFirstLineWait{2'500};

Result<bool> was_proven(ConfigRepository& configs, const std::string& agent_id, std::int64_t policy_version) {
  OC_TRY_ASSIGN(const auto artifacts, configs.list_configs(agent_id, kLookedBack));
  for (const auto& artifact : artifacts)
    if (artifact.config.policy_version == policy_version && artifact.state == ArtifactState::kVerified) return true;
  return false;
}

// Sources that are being written will write again: worth waiting for, as a config that nothing came through proves
// little.
std::chrono::milliseconds first_line_wait(const FleetState& fleet, const std::string& agent_id) {
  bool lively = false;
  const auto since = system_clock().wall_ns() - std::chrono::nanoseconds(kLively).count();
  fleet.for_each_source([&](const std::string&, const SourceFacts& facts) {
    if (facts.agent_id != agent_id || facts.source.source_type == model::SourceType::kProbe || !facts.ledger) return;
    lively = lively || facts.ledger->observed_at_ns > since;
  });
  return lively ? kFirstLineWait : std::chrono::milliseconds(0);
}

ProofOutput output_of(const ChangeProof& proof) {
  ProofOutput output;
  output.state = to_string(proof.state);
  output.reason = proof.reason;
  output.sources = proof.sources;
  output.delivered = proof.delivered;
  output.idle = proof.idle;
  output.failed = proof.failed;
  output.records = proof.records;
  for (const auto& [reason, records] : proof.left_out) output.left_out[reason] = records;
  output.latency_ms = proof.took_ms;
  return output;
}

}  // namespace

Result<ProofOutput> AutoVerifyLogPipeline::execute(const ConfigVersion& input, const ActivityContext& context) {
  OC_TRY_ASSIGN(const auto artifact, artifact_of(parts_.configs, input.agent_id, input.config_version));
  OC_TRY_ASSIGN(const auto parent, parts_.configs.find_config(input.agent_id, artifact.config.parent));
  ChangeProofRequest request;
  request.agent_id = input.agent_id;
  request.config_version = input.config_version;
  request.config_hash = artifact.config.hash;
  request.exporters_changed = parent && parent->config.endpoints != artifact.config.endpoints;
  OC_TRY_ASSIGN(const bool policy_was_proven,
                was_proven(parts_.configs, input.agent_id, artifact.config.policy_version));
  // Where only sources came and went, the next ones need not wait: lines of new sources that are there already are
  // asked for in any case.
  if (!policy_was_proven || request.exporters_changed)
    request.first_line_wait = first_line_wait(parts_.fleet, input.agent_id);
  if (parent) {
    OC_TRY_ASSIGN(request.known_filters, known_filters(parts_.policies, parent->config, artifact.config));
  }
  OC_TRY_ASSIGN(const auto proof, parts_.verifier.prove_change(std::move(request), context.cancelled));
  auto output = output_of(proof);
  output.policy_was_proven = policy_was_proven;
  OC_TRY(parts_.bus.publish({{"config_verified",
                              input.agent_id,
                              {{"config_version", input.config_version},
                               {"state", output.state},
                               {"reason", output.reason},
                               {"latency_ms", output.latency_ms}}}}));
  return output;
}

}  // namespace oc::control_plane
