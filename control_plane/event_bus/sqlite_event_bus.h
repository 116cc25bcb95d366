// The event bus on the control plane's own database, so that a change and its events share a transaction.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "base/metrics.h"
#include "control_plane/event_bus/event_bus.h"
#include "control_plane/registry/sqlite_connections.h"

namespace oc::control_plane {

class SqliteEventBus final : public EventBus {
 public:
  // The database has its newest schema. `connections` and `clock` outlive the bus.
  static Result<std::unique_ptr<SqliteEventBus>> open(SqliteConnections& connections, const Clock& clock);

  // A change and what it tells: `change` writes through the writing connection and adds its events; all of it is
  // durable when this returns, or nothing is. Followers wake afterwards. `last` writes what must come behind all else.
  using Change = std::function<Status(Database& writer, std::vector<NewEvent>& events)>;
  Status commit(const Change& change, const std::function<Status(Database& writer)>& last = {});

  Status publish(std::vector<NewEvent> events) override;
  Result<std::vector<Event>> read(std::int64_t after, std::size_t limit,
                                  const std::vector<std::string>& types = {}) override;
  std::int64_t newest() const override;
  bool wait(std::int64_t after, std::chrono::milliseconds timeout, std::stop_token stop) override;
  // Asking makes an unknown consumer known: from then on it misses nothing.
  Result<std::int64_t> position(const std::string& consumer) override;
  Status advance(const std::string& consumer, std::int64_t seq) override;

  // From now on counts what is published, by type, and what is pruned. Call before others use the bus.
  void count_in(MetricRegistry& metrics);

 private:
  SqliteEventBus(SqliteConnections& connections, const Clock& clock, std::int64_t newest)
      : connections_(connections), clock_(clock), newest_(newest) {}
  void count(const std::vector<NewEvent>& events, std::int64_t pruned);
  void announce(std::int64_t newest);

  SqliteConnections& connections_;
  const Clock& clock_;
  std::size_t since_pruning_ = 0;  // with the writer's lock
  MetricRegistry* metrics_ = nullptr;
  mutable std::mutex mutex_;
  std::condition_variable_any published_;
  std::int64_t newest_;
};

}  // namespace oc::control_plane
