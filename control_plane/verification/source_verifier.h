// Keeps every source's proof: asks the store about the unproven ones, one request a wave, and about all of them from
// time to time; writes what follows onto the board. One thread, no waiting: step() does what is due.
#pragma once

#include <map>
#include <set>

#include "base/metrics.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/verification/accepted_proof.h"
#include "control_plane/verification/config_baseline.h"
#include "control_plane/verification/counted_proof.h"
#include "control_plane/verification/delivery_events.h"
#include "control_plane/verification/delivery_proof.h"
#include "control_plane/verification/filter_balance.h"
#include "control_plane/verification/log_store_client.h"
#include "control_plane/verification/verification_board.h"

namespace oc::control_plane {

// What is proven is proven again, because a store can lose what it held (DESIGN section 4). With kRecheckGrace it is
// noticed within a minute.
inline constexpr std::chrono::milliseconds kRecheckEvery{54'000};

class SourceVerifier {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Parts {
    LogStoreClient& store;
    bool store_has_watermarks = true;
    const FleetState& fleet;
    VerificationBoard& board;
    MetricRegistry& metrics;
    const Clock& clock;
    EventBus* bus = nullptr;  // hears which sources turned; may be null
  };
  SourceVerifier(Parts parts, Time now);

  // The fleet's sources or configs changed: look at all of them again.
  void look_again(Time now);
  // Collectors reported: figures moved, and what is unproven may have another reason now.
  void look_at_open(Time now);
  void note_ledger(const contracts::LedgerEntry& entry, Time now);
  // Somebody waits for a proof: growth is asked about at once instead of gathered.
  void hurry(bool somebody_waits) { hurry_ = somebody_waits; }
  // The agent's sources as they are known now; good until the next call that is not const.
  std::vector<SourceEvidence> evidence(const std::string& agent_id);
  // Returns what the store answered, if it was asked.
  std::optional<Status> step(Time now);
  // nullopt: nothing is unproven and nothing is there to be checked again.
  std::optional<Time> next_due() const;
  // The store answers queries; false: a sink whose acknowledgement is all there is.
  bool store_queryable() const { return countable_; }

 private:
  using Counts = std::map<std::string, std::uint64_t>;
  struct Tracked {
    DeliveryProof proof;
    CountedProof counted;
    AcceptedProof accepted;  // of an official collector
    Time grown_at;           // by the ledger
    SourceFacts facts;       // as of the last look
    Time first_seen;
    std::optional<Nanos> verified_at_ns;
    std::optional<SourceVerification> published;
  };
  using Ids = std::vector<std::string>;
  static bool in_trouble(const Tracked& tracked) { return tracked.published && is_trouble(tracked.published->state); }

  void hasten(Time at);
  std::optional<Status> wave(const Ids& ids, Time now);
  Status ask(const Ids& ids, Time now);
  Status ask_watermarks(const Ids& ids, Time now);
  Status ask_counts(const Ids& ids, Time now);
  Result<Counts> counts_of(const Ids& ids, Time now);
  void begin_window_anew(Time now);
  void judge_counted(Tracked& tracked, std::uint64_t count, Time now);
  void note_accepted(Time now);
  void note_accepted(Tracked& tracked, std::uint64_t count, Time now);
  std::map<std::string, std::uint64_t> lacking_by_agent() const;
  void judge_accepted(Tracked& tracked, Time now);
  bool is_young(const Tracked& tracked) const;
  bool is_official(const Tracked& tracked) const;
  const FilterBalance* filters_of(const Tracked& tracked) const;
  void note_ledger(Tracked& tracked, const contracts::LedgerEntry& entry, Time now);
  void tell_turn(const std::string& id, const Tracked& tracked, const SourceVerification& now_known, Time now);
  bool askable(const Tracked& tracked) const;
  Ids all_askable() const;
  Ids all_unsettled() const;
  void settle(const Ids& ids, Time now);
  void publish(const std::string& id, Tracked& tracked, Time now);
  void count_proof(Tracked& tracked);
  bool open(const Tracked& tracked) const { return !tracked.proof.has_ledger() || tracked.proof.pending(); }
  void schedule(Time now);

  Parts parts_;
  std::map<std::string, Tracked> tracked_;
  std::map<std::string, AgentFacts> agents_;
  std::map<std::string, FilterBalance> filters_;  // of agents with an official collector
  std::set<std::string> open_;                    // ids whose proof is wanting
  std::optional<Time> next_wave_;
  std::chrono::milliseconds pause_{};
  Time next_recheck_;
  bool hurry_ = false;
  bool countable_ = true;
  Time count_window_begin_;  // the window of counts begins 24 h before this
  DeliveryEvents events_;
  std::shared_ptr<Counter> waves_, proofs_;
  std::shared_ptr<Gauge> wave_seconds_, latency_;
};

}  // namespace oc::control_plane
