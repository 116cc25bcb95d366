// What happened, in order, kept: whoever decides (workflows, alerts) and whoever watches (REST, CLI) follows the same
// journal, and goes on where it was after a restart. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace oc::control_plane {

struct NewEvent {
  std::string type;     // of the catalogue in docs/events.md: "log_source_registered" …
  std::string subject;  // what it is about: a source_id, an agent_id, a policy version …
  Json data = Json::object();
};
struct Event {
  std::int64_t seq = 0;  // rises, never used twice; gaps are possible
  Nanos at_ns = 0;
  std::string type;
  std::string subject;
  Json data;
};
Json to_json(const Event& event);

class EventBus {
 public:
  virtual ~EventBus() = default;
  // Durable, all or none, when it returns; then followers wake.
  virtual Status publish(std::vector<NewEvent> events) = 0;
  // Events with a seq above `after`, oldest first; `types` empty: all. What was pruned (the journal is bounded) is
  // skipped without an error.
  virtual Result<std::vector<Event>> read(std::int64_t after, std::size_t limit,
                                          const std::vector<std::string>& types = {}) = 0;
  // The seq of the newest event, 0: none yet.
  virtual std::int64_t newest() const = 0;
  // Until there is an event above `after`, the time is over, or a stop is asked for. True: there is.
  virtual bool wait(std::int64_t after, std::chrono::milliseconds timeout, std::stop_token stop) = 0;

  // Named consumers keep their place: at least once, since a consumer advances after its work. An unknown one stands at
  // the newest event.
  virtual Result<std::int64_t> position(const std::string& consumer) = 0;
  virtual Status advance(const std::string& consumer, std::int64_t seq) = 0;
};

}  // namespace oc::control_plane
