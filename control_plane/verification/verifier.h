// Proof of delivery (DESIGN section 4), on a thread of its own: probes each agent and compares each source, when
// something changed and every 60 s. Asleep when all is proven.
#pragma once

#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "contracts/config/config.h"
#include "control_plane/verification/change_proofs.h"

namespace oc::control_plane {

class Verifier final : public FleetListener {
 public:
  struct Parts {
    const contracts::Config& config;
    std::string token;  // shown to the embedded store only
    const FleetState& fleet;
    VerificationBoard& board;
    MetricRegistry& metrics;
    const Clock& clock = system_clock();
    EventBus* bus = nullptr;  // hears which sources turned; may be null
  };
  explicit Verifier(const Parts& parts);
  ~Verifier() override { stop(); }

  void start(ProbeRunner::SendProbe send_probe);
  void stop();  // within one request's cancellation; idempotent

  // Runs a probe on every connected agent, or joins those under way; the first failure, else the last success. Waits,
  // at most `kProbeLimit` and a little; thread-safe.
  model::VerificationResult probe_now();
  // Whether the config works: waits until it is applied, then until a fresh probe and whatever its sources wrote since
  // came through it, at most the request's limit. Errors are retryable: `stop` was asked for, or we are stopping.
  // Thread-safe; asking again is harmless.
  Result<ChangeProof> prove_change(ChangeProofRequest request, const std::stop_token& stop = {});

  void sources_changed(const std::string& agent_id, SetChange change) override;
  void config_settled(const std::string& agent_id) override;
  void ledger_moved(const std::vector<contracts::LedgerEntry>& entries) override;
  void collector_reported(const std::string& agent_id) override;
  void probe_written(const std::string& agent_id, const contracts::ProbeWritten& written) override;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct ProbeRequest {
    std::promise<model::VerificationResult> answer;
    std::set<std::string> agents_left;
    model::VerificationResult worst;
  };
  // What came since the last look; bounded by the number of sources and agents.
  struct Inbox {
    bool fleet_changed = false;
    bool collector_reported = false;
    std::set<std::string> settled_agents;
    std::map<std::string, contracts::LedgerEntry> ledger;
    std::map<std::string, contracts::ProbeWritten> written;  // by agent
    std::vector<ProbeRequest> requests;
    std::vector<std::shared_ptr<ChangeWait>> changes;
    bool empty() const;
  };

  void run(const ProbeRunner::SendProbe& send_probe);
  Inbox take_inbox(Time until);
  bool stopping();
  // What works on the thread.
  struct Work {
    ProbeRunner& probes;
    SourceVerifier& sources;
    ChangeProofs& changes;
  };
  void answer_all(Inbox newest, ChangeProofs& changes);
  void absorb(Inbox inbox, Work& work, Time now);
  void start_request(ProbeRequest request, ProbeRunner& probes, Time now);
  void probe_all(ProbeRunner& probes, Time now);
  void on_probe_result(const std::string& agent_id, const model::VerificationResult& result, ChangeProofs& changes);
  void note_store(const std::optional<Status>& asked, Time now);
  void note_queryable(bool queryable);
  void check_store(Time now);
  Time next_due(const Work& work) const;
  template <typename Change>
  void post(Change change);

  const Parts parts_;
  LogStoreClient store_;
  StoreStatus store_status_;
  Time next_probes_, next_store_check_;
  std::chrono::milliseconds store_pause_;
  std::vector<ProbeRequest> requests_;

  std::mutex mutex_;
  std::condition_variable changed_;
  Inbox inbox_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace oc::control_plane
