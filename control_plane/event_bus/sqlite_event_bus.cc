#include "control_plane/event_bus/sqlite_event_bus.h"

#include <map>

#include "control_plane/event_bus/event_journal.h"

namespace oc::control_plane {

namespace {

// Removing costs a search and a few pages: now and then, not at every write. The journal is longer by so many at most.
constexpr std::size_t kPruneEvery = 1'000;

}  // namespace

Result<std::unique_ptr<SqliteEventBus>> SqliteEventBus::open(SqliteConnections& connections, const Clock& clock) {
  std::lock_guard lock(connections.writer.mutex);
  OC_TRY_ASSIGN(const auto newest, newest_event(connections.writer.database));
  return std::unique_ptr<SqliteEventBus>(new SqliteEventBus(connections, clock, newest));
}

Status SqliteEventBus::commit(const Change& change, const std::function<Status(Database&)>& last) {
  std::vector<NewEvent> events;
  std::int64_t newest = 0;
  std::int64_t pruned = 0;
  std::lock_guard lock(connections_.writer.mutex);
  auto& writer = connections_.writer.database;
  const auto prune_from = kPruneEvery - std::min(kPruneEvery, since_pruning_);
  OC_TRY(writer.transaction([&]() -> Status {
    OC_TRY(change(writer, events));
    if (!events.empty()) {
      OC_TRY_ASSIGN(newest, append_events(writer, events, clock_.wall_ns()));
    }
    if (events.size() >= prune_from) {
      OC_TRY_ASSIGN(pruned, prune_events(writer, newest));
    }
    return last ? last(writer) : Status();
  }));
  if (events.empty()) return {};
  since_pruning_ = events.size() >= prune_from ? 0 : since_pruning_ + events.size();
  count(events, pruned);
  announce(newest);
  return {};
}

Status SqliteEventBus::publish(std::vector<NewEvent> events) {
  return commit([&](Database&, std::vector<NewEvent>& told) -> Status {
    told = std::move(events);
    return {};
  });
}

void SqliteEventBus::announce(std::int64_t newest) {
  {
    std::lock_guard lock(mutex_);
    newest_ = newest;
  }
  published_.notify_all();
}

Result<std::vector<Event>> SqliteEventBus::read(std::int64_t after, std::size_t limit,
                                                const std::vector<std::string>& types) {
  if (after >= newest()) return std::vector<Event>();
  std::lock_guard lock(connections_.reader.mutex);
  return read_events(connections_.reader.database, after, limit, types);
}

std::int64_t SqliteEventBus::newest() const {
  std::lock_guard lock(mutex_);
  return newest_;
}

bool SqliteEventBus::wait(std::int64_t after, std::chrono::milliseconds timeout, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  return published_.wait_for(lock, stop, timeout, [&] { return newest_ > after; });
}

Result<std::int64_t> SqliteEventBus::position(const std::string& consumer) {
  std::int64_t seq = 0;
  std::lock_guard lock(connections_.writer.mutex);
  auto& writer = connections_.writer.database;
  OC_TRY(writer.transaction([&]() -> Status {
    OC_TRY(writer.execute("INSERT INTO event_consumers VALUES (?1, ?2) ON CONFLICT DO NOTHING", {consumer, newest()}));
    return writer.execute("SELECT seq FROM event_consumers WHERE consumer = ?1", {consumer},
                          [&](const SqlRow& row) { seq = row.integer(0); });
  }));
  return seq;
}

Status SqliteEventBus::advance(const std::string& consumer, std::int64_t seq) {
  std::lock_guard lock(connections_.writer.mutex);
  return connections_.writer.database.execute(
      "INSERT INTO event_consumers VALUES (?1, ?2) ON CONFLICT(consumer) DO UPDATE SET seq = max(seq, excluded.seq)",
      {consumer, seq});
}

void SqliteEventBus::count_in(MetricRegistry& metrics) {
  std::lock_guard lock(connections_.writer.mutex);
  metrics_ = &metrics;
}

void SqliteEventBus::count(const std::vector<NewEvent>& events, std::int64_t pruned) {
  if (metrics_ == nullptr) return;
  std::map<std::string, std::uint64_t> by_type;
  for (const auto& event : events) ++by_type[event.type];
  for (const auto& [type, number] : by_type)
    metrics_->counter("onecollector_events_published_total", "Events written to the journal", {{"type", type}})
        ->add(number);
  if (pruned > 0)
    metrics_->counter("onecollector_events_pruned_total", "Events that left the journal because it is bounded")
        ->add(static_cast<std::uint64_t>(pruned));
}

}  // namespace oc::control_plane
