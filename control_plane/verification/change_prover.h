// One proof of a change under way. One thread, no waiting: step() looks at what is known now and answers as soon as
// that settles it, at the latest when the request's limit is over.
#pragma once

#include "control_plane/verification/change_proof.h"
#include "control_plane/verification/config_baseline.h"
#include "control_plane/verification/delivery_chain.h"
#include "control_plane/verification/source_standing.h"

namespace oc::control_plane {

class ChangeProver {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Evidence {
    std::optional<AgentFacts> agent;
    StoreStatus store;
    const std::vector<SourceEvidence>& sources;      // of this agent
    const ConfigBaseline* baseline = nullptr;        // of this config; null: not applied yet
    std::optional<model::VerificationResult> probe;  // the last that was begun after the apply and has ended
  };
  ChangeProver(ChangeProofRequest request, Time now);

  const ChangeProofRequest& request() const { return request_; }
  // The config asked about runs on the agent.
  bool applied(const std::optional<AgentFacts>& agent) const;
  std::optional<ChangeProof> step(const Evidence& evidence, Time now);
  // When to look again though nothing was heard.
  Time next_due() const { return first_line_until_.value_or(deadline_); }

 private:
  struct Tally;
  std::optional<ChangeProof> before_apply(const Evidence& evidence, Time now) const;
  bool concerns(const SourceEvidence& source) const;
  Tally tally(const Evidence& evidence) const;
  void count(Tally& tally, const SourceEvidence& source, const SourceBaseline& before) const;
  bool probe_came(const Evidence& evidence, const Tally& tally) const;
  void judge_filtered_probe(Tally& tally, bool lines_had_time) const;
  ChangeProof at_limit(const Evidence& evidence, Tally tally) const;
  std::string first_broken(const Evidence& evidence, const Tally& tally) const;

  ChangeProofRequest request_;
  Time deadline_;
  std::optional<Time> first_line_until_;  // what else is settled waits for it
};

}  // namespace oc::control_plane
