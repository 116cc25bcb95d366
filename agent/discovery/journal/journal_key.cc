#include "agent/discovery/journal/journal_key.h"

#include "contracts/labels/labels.h"

namespace oc::agent {

namespace {

constexpr std::string_view kSlice = ".slice";
constexpr std::string_view kMachines = "machine.slice";  // Podman's containers and virtual machines

}  // namespace

std::optional<JournalKey> journal_key(const JournalOrigin& origin) {
  const bool of_user = origin.slice.starts_with("user-") && origin.slice.ends_with(kSlice);
  if (of_user || origin.slice == kMachines) return JournalKey{"_SYSTEMD_SLICE", origin.slice};
  if (!origin.unit.empty()) return JournalKey{"_SYSTEMD_UNIT", origin.unit};
  if (origin.transport == "kernel" || origin.transport == "audit") return JournalKey{"_TRANSPORT", origin.transport};
  return std::nullopt;
}

std::string service_of(const JournalKey& key) {
  if (key.field == "_SYSTEMD_SLICE") return key.value.substr(0, key.value.size() - kSlice.size());
  if (key.field == "_TRANSPORT") return key.value;
  contracts::ServiceNameHints hints;
  hints.systemd_unit = key.value;
  return contracts::service_name(hints);
}

}  // namespace oc::agent
