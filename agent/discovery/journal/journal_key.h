// Which entries of a journal are one source: each entry belongs to at most one.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "model/log_source.h"

namespace oc::agent {

// A field that all entries of the source have, with this value.
struct JournalKey {
  std::string field, value;
  auto operator<=>(const JournalKey&) const = default;
};

// What an entry says of where it comes from; empty: it does not.
struct JournalOrigin {
  std::string container;  // CONTAINER_ID_FULL
  std::string unit;       // _SYSTEMD_UNIT
  std::string slice;      // _SYSTEMD_SLICE
  std::string transport;  // _TRANSPORT
};

// What a container says is its own, whatever unit writes it down for it: Docker's service, a scope of Podman's. A unit
// is a source; so is all that runs for one user, whose sessions are units that come and go, or in machine.slice, as
// they do there; and what the kernel and its audit say. nullopt: an entry of nobody's.
std::optional<JournalKey> journal_key(const JournalOrigin& origin);
inline bool is_container(const JournalKey& key) { return key.field == model::kJournalContainer; }
// Of the process whose /proc/PID/cgroup this is: the service it runs as; empty: none.
// systemd.io/CONTROL_GROUP_INTERFACE.
std::string service_of_cgroup(std::string_view cgroup);
// "nginx", "user-1000", "kernel"; of a container its engine says it.
std::string service_of(const JournalKey& key);

}  // namespace oc::agent
