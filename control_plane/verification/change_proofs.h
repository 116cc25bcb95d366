// The proofs of changes under way, with what they build on: baselines and probes since each apply. Everything but
// ChangeWait belongs to the verifier's thread.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>

#include "control_plane/verification/change_prover.h"
#include "control_plane/verification/probe_runner.h"
#include "control_plane/verification/source_verifier.h"

namespace oc::control_plane {

// Where one caller waits for an answer. Thread-safe.
class ChangeWait {
 public:
  explicit ChangeWait(ChangeProofRequest request) : request_(std::move(request)) {}
  const ChangeProofRequest& request() const { return request_; }
  // Until there is an answer or a stop is asked for, which is a retryable error.
  Result<ChangeProof> wait(const std::stop_token& stop);
  void answer(Result<ChangeProof> proof);
  bool abandoned() const;
  std::optional<Result<ChangeProof>> answered() const;

 private:
  const ChangeProofRequest request_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Result<ChangeProof>> answer_;
  bool abandoned_ = false;
};

class ChangeProofs {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Parts {
    const FleetState& fleet;
    SourceVerifier& sources;
    ProbeRunner& probes;
  };
  explicit ChangeProofs(Parts parts) : parts_(parts) {}

  void add(std::shared_ptr<ChangeWait> wait, Time now);
  // An agent's config was applied, or failed: takes the baseline and sends a fresh probe through it.
  void config_settled(const std::string& agent_id, const StoreStatus& store, Time now);
  void probe_ended(const std::string& agent_id, const model::VerificationResult& result);
  void step(const StoreStatus& store, Time now);
  std::optional<Time> next_due() const;
  // Nobody may be left waiting.
  void give_up(const Error& reason);

 private:
  struct Active {
    std::shared_ptr<ChangeWait> wait;
    ChangeProver prover;
    Time next_probe;  // not before: an agent that cannot write one says so at once
  };
  void take_baseline(const AgentFacts& agent, const StoreStatus& store, Time now);
  static void take_first_reports(ConfigBaseline& baseline, const std::vector<SourceEvidence>& sources);
  std::optional<ChangeProof> step(Active& active, const StoreStatus& store, Time now);

  Parts parts_;
  std::vector<Active> active_;
  std::map<std::string, ConfigBaseline> baselines_;                 // by agent, of the config that runs
  std::map<std::string, model::VerificationResult> probe_results_;  // by agent, since the baseline
};

}  // namespace oc::control_plane
