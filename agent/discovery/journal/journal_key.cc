#include "agent/discovery/journal/journal_key.h"

#include <algorithm>

#include "contracts/labels/labels.h"

namespace oc::agent {

namespace {

constexpr std::string_view kSlice = ".slice";
constexpr std::string_view kMachines = "machine.slice";  // virtual machines, and what runs beside Podman's containers

}  // namespace

std::optional<JournalKey> journal_key(const JournalOrigin& origin) {
  if (!origin.container.empty()) return JournalKey{model::kJournalContainer, origin.container};
  const bool of_user = origin.slice.starts_with("user-") && origin.slice.ends_with(kSlice);
  if (of_user || origin.slice == kMachines) return JournalKey{"_SYSTEMD_SLICE", origin.slice};
  if (!origin.unit.empty()) return JournalKey{"_SYSTEMD_UNIT", origin.unit};
  if (origin.transport == "kernel" || origin.transport == "audit") return JournalKey{"_TRANSPORT", origin.transport};
  return std::nullopt;
}

// The last line that names one: with both hierarchies mounted several do.
std::string service_of_cgroup(std::string_view cgroup) {
  std::string service;
  while (!cgroup.empty()) {
    const auto line = cgroup.substr(0, cgroup.find('\n'));
    cgroup.remove_prefix(std::min(line.size() + 1, cgroup.size()));
    const auto name = line.substr(line.rfind('/') + 1);
    if (name.ends_with(".service")) service = name;
  }
  return service;
}

std::string service_of(const JournalKey& key) {
  if (key.field == "_SYSTEMD_SLICE") return key.value.substr(0, key.value.size() - kSlice.size());
  if (key.field == "_TRANSPORT") return key.value;
  contracts::ServiceNameHints hints;
  hints.systemd_unit = key.value;
  return contracts::service_name(hints);
}

}  // namespace oc::agent
