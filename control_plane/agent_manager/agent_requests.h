// Questions to agents' collectors that are answered later over OpAMP (contracts/opamp/collector_requests.h): holds what
// is open, and lets the asker wait. Thread-safe.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "contracts/opamp/collector_requests.h"

namespace oc::control_plane {

class AgentRequests {
 public:
  // Opens a question; wait() closes it again.
  void open(const std::string& agent_id, const std::string& request_id);
  // The agent's result, or why there is none: its own error; retryable ones when it disconnected, time is up, or a stop
  // was asked for.
  Result<Json> wait(const std::string& request_id, std::chrono::milliseconds timeout, std::stop_token stop);

  // Answers to questions that nobody waits for any more are dropped.
  void answered(const std::string& agent_id, contracts::CollectorAnswer answer);
  void agent_lost(const std::string& agent_id);

 private:
  struct Question {
    std::string agent_id;
    std::optional<Result<Json>> answer;
  };
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Question> questions_;
};

}  // namespace oc::control_plane
