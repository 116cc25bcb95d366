// The journal's tables in control-plane.db (registry/FORMAT.md). Each call is made by whoever holds the connection.
#pragma once

#include <string_view>

#include "base/sqlite.h"
#include "control_plane/event_bus/event_bus.h"

namespace oc::control_plane {

// The journal keeps the newest of them: weeks of a fleet's life, some tens of MB.
inline constexpr std::int64_t kKeptEvents = 100'000;
// An event names things; what is larger has a place of its own that it can point to.
inline constexpr std::size_t kMaxEventBytes = 64 * 1024;

// The migration, for registry_migrations().
std::string_view event_journal_schema();

// Within the caller's transaction, so that what happened and its event are kept together or not at all. Returns the
// newest event's seq. A larger event than kMaxEventBytes is a permanent error.
Result<std::int64_t> append_events(Database& writer, const std::vector<NewEvent>& events, Nanos now);
// Removes what is older than the newest kKeptEvents; returns how many went.
Result<std::int64_t> prune_events(Database& writer, std::int64_t newest);
Result<std::int64_t> newest_event(Database& reader);
Result<std::vector<Event>> read_events(Database& reader, std::int64_t after, std::size_t limit,
                                       const std::vector<std::string>& types);

}  // namespace oc::control_plane
