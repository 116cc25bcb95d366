#include "apps/onecollector/up/preflight.h"

#include <chrono>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/ports.h"
#include "contracts/config/official_collector.h"

namespace oc::apps {

namespace {

using std::chrono::steady_clock;

// The roles of a killed `up` end within 5 s of losing their lifeline.
constexpr std::chrono::seconds kPredecessorGrace{6};
constexpr std::chrono::milliseconds kPortPause{20};

struct NamedPort {
  std::string use;
  contracts::Endpoint endpoint;
};

std::vector<NamedPort> fixed_ports(const contracts::Config& config) {
  std::vector<NamedPort> ports = {{"listen.ui", config.listen.ui}, {"listen.opamp", config.listen.opamp}};
  if (config.embedded_backend()) ports.push_back({"listen.logs", config.listen.logs});
  return ports;
}

Status taken(const NamedPort& port, const std::optional<PortOwner>& owner) {
  return permanent(
      fmt::format("{} is taken by {}", port.endpoint.text(), owner ? owner->text() : "another process"),
      fmt::format("stop it, or choose other ports: --port-offset N, or {} in onecollector.yaml", port.use));
}

Status wait_for_port(const NamedPort& port, steady_clock::time_point deadline) {
  while (!port_is_free(port.endpoint.address, port.endpoint.port)) {
    const auto owner = port_owner(port.endpoint.port);
    const bool may_be_ours =
        !owner || owner->pid == 0 || owner->name == "onecollector";  // one that is exiting has no name
    if (!may_be_ours || steady_clock::now() > deadline) return taken(port, owner);
    std::this_thread::sleep_for(kPortPause);
  }
  return {};
}

}  // namespace

Result<FileLock> claim_data_directory(const contracts::DataDirectory& data) {
  if (auto made = ensure_directory(data.root(), 0750); !made) {
    auto error = made.error();
    error.message = "the data directory cannot be used: " + error.message;
    error.next_step = "run as root, or choose another with --data-dir";
    return std::unexpected(std::move(error));
  }
  auto lock = FileLock::acquire(data.lock());
  if (!lock && lock.error().retryable())
    return permanent(fmt::format("another 'onecollector up' uses {}: {}", data.root().string(), lock.error().message),
                     "use that one, stop it, or choose another directory with --data-dir");
  return lock;
}

Status check_collector(const contracts::Config& config) {
  if (config.collector_kind == "official") OC_TRY(contracts::find_official_collector(config));
  return {};
}

Status check_ports(const contracts::Config& config) {
  const auto deadline = steady_clock::now() + kPredecessorGrace;
  for (const auto& port : fixed_ports(config)) OC_TRY(wait_for_port(port, deadline));
  return {};
}

}  // namespace oc::apps
