// What the control plane asks of this host's collector (contracts/opamp/collector_requests.h), one at a time on a
// thread of its own: a dry run takes seconds, and neither the connection nor the supervisor may wait for it.
#pragma once

#include <functional>
#include <thread>

#include "agent/supervisor/dry_run.h"
#include "agent/supervisor/supervisor.h"
#include "base/bounded_queue.h"
#include "contracts/opamp/collector_requests.h"

namespace oc::agent {

class CollectorRequests {
 public:
  using Answer = std::function<void(const contracts::CollectorAnswer&)>;
  // The supervisor must outlive it.
  CollectorRequests(DryRun dry_run, Supervisor& supervisor);
  ~CollectorRequests() { end(); }

  // `answer` is called from the thread, before end() has returned. Thread-safe, never waits: what does not fit into the
  // queue is answered at once, with a retryable error.
  void take(contracts::CollectorRequest request, Answer answer);
  // Finishes what is under way. Idempotent.
  void end();

 private:
  struct Task {
    contracts::CollectorRequest request;
    Answer answer;
  };
  void run();
  Result<Json> perform(const contracts::CollectorRequest& request);

  const DryRun dry_run_;
  Supervisor& supervisor_;
  BoundedQueue<Task> queue_;
  std::thread thread_;
};

}  // namespace oc::agent
