// The results of verification, for the API. Thread-safe; one writer, the verifier.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "control_plane/verification/delivery_chain.h"
#include "control_plane/verification/source_verification.h"
#include "model/collector_config.h"

namespace oc::control_plane {

class VerificationBoard {
 public:
  void set_source(const std::string& source_id, const SourceVerification& verification);
  void remove_source(const std::string& source_id);
  void set_probe(const std::string& agent_id, const model::VerificationResult& result);
  void set_store(const StoreStatus& status);

  // nullopt: not looked at, as for a source that is gone.
  std::optional<SourceVerification> source(const std::string& source_id) const;
  std::map<ProofState, std::size_t> counts() const;  // of all sources on the board
  // The newest result of any agent; a failed one goes before.
  std::optional<model::VerificationResult> probe() const;
  bool probe_answered(const std::string& agent_id) const;
  StoreStatus store() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, SourceVerification> sources_;
  std::map<std::string, model::VerificationResult> probes_;
  StoreStatus store_;
};

}  // namespace oc::control_plane
