// Which entries of a journal are one source: each entry belongs to at most one.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace oc::agent {

// A field that all entries of the source have, with this value.
struct JournalKey {
  std::string field, value;
  auto operator<=>(const JournalKey&) const = default;
};

// What an entry says of where it comes from; empty: it does not.
struct JournalOrigin {
  std::string unit;       // _SYSTEMD_UNIT
  std::string slice;      // _SYSTEMD_SLICE
  std::string transport;  // _TRANSPORT
};

// A unit is a source; so is all that runs for one user, whose sessions are units that come and go, or in machine.slice,
// as they do there; and what the kernel and its audit say. nullopt: an entry of nobody's.
std::optional<JournalKey> journal_key(const JournalOrigin& origin);
// Of the process whose /proc/PID/cgroup this is: the service it runs as; empty: none.
// systemd.io/CONTROL_GROUP_INTERFACE.
std::string service_of_cgroup(std::string_view cgroup);
// "nginx", "user-1000", "kernel".
std::string service_of(const JournalKey& key);

}  // namespace oc::agent
