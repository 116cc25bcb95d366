// From a proof and what the parts said to a state and a reason that a person can read.
#pragma once

#include "control_plane/verification/accepted_proof.h"
#include "control_plane/verification/counted_proof.h"
#include "control_plane/verification/delivery_chain.h"
#include "control_plane/verification/delivery_proof.h"
#include "control_plane/verification/filter_balance.h"
#include "control_plane/verification/source_verification.h"

namespace oc::control_plane {

struct ProofContext {
  const SourceFacts& source;
  std::optional<AgentFacts> agent;
  StoreStatus store;
  bool byte_for_byte = true;  // the store answers watermarks; otherwise it can only be counted
  bool countable = true;      // it answers queries; otherwise the sink's acknowledgement is the end
  const CountedProof* counted = nullptr;
  const AcceptedProof* accepted = nullptr;         // null: the collector is not an official one
  const FilterBalance* filters = nullptr;          // of its agent, likewise
  std::chrono::steady_clock::time_point grown_at;  // when the ledger told of the last growth
  std::chrono::steady_clock::time_point now;
  bool overdue = false;
  std::optional<Nanos> verified_at_ns;
};

SourceVerification conclude(const DeliveryProof& proof, const ProofContext& context);

}  // namespace oc::control_plane
