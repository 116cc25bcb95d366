// What OpAMP reports of the agent itself: the latest of each part, and which parts the server has not heard yet.
// Its owner locks.
#pragma once

#include <optional>
#include <string>

#include "contracts/opamp/messages.h"

namespace oc::agent {

class AgentState {
 public:
  explicit AgentState(std::string instance_uid) : instance_uid_(std::move(instance_uid)) {}

  void set(contracts::opamp::AgentDescription description) { description_.set(std::move(description)); }
  void set(contracts::opamp::ComponentHealth health) { health_.set(std::move(health)); }
  void set(contracts::opamp::ConfigMap effective_config) { effective_config_.set(std::move(effective_config)); }
  void set(contracts::opamp::RemoteConfigStatus status) { status_.set(std::move(status)); }

  void report_everything();
  bool has_news() const;
  // The next message with all news in it; the sequence number goes up by one, also over reconnects (opamp-spec,
  // AgentToServer.sequence_num).
  contracts::opamp::AgentToServer next_message();

 private:
  template <typename T>
  struct Part {
    std::optional<T> value;
    bool news = false;
    void set(T next) {
      if (value == next) return;
      value = std::move(next);
      news = true;
    }
    void move_into(std::optional<T>& out) {
      if (news) out = value;
      news = false;
    }
  };

  std::string instance_uid_;
  std::uint64_t sequence_ = 0;
  bool introduce_ = true;  // custom capabilities are said with everything else
  Part<contracts::opamp::AgentDescription> description_;
  Part<contracts::opamp::ComponentHealth> health_;
  Part<contracts::opamp::ConfigMap> effective_config_;
  Part<contracts::opamp::RemoteConfigStatus> status_;
};

}  // namespace oc::agent
