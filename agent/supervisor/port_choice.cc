#include "agent/supervisor/port_choice.h"

#include <fmt/format.h>

#include "base/ports.h"

namespace oc::agent {
namespace {

constexpr int kPortsTried = 50;  // a host with 50 collectors side by side is a mistake

bool is_usable(const contracts::Endpoint& endpoint, pid_t own_collector) {
  if (port_is_free(endpoint.address, endpoint.port)) return true;
  if (own_collector == 0) return false;
  const auto owner = port_owner(endpoint.port);
  return owner && owner->pid == own_collector;
}

}  // namespace

Result<PortChoice> choose_port(const contracts::Endpoint& wanted, const std::string& purpose, pid_t own_collector) {
  PortChoice choice{wanted, {}};
  for (int step = 0; step <= kPortsTried && wanted.port + step <= 65535; ++step) {
    choice.endpoint.port = static_cast<std::uint16_t>(wanted.port + step);
    if (!is_usable(choice.endpoint, own_collector)) continue;
    if (step == 0) return choice;
    const auto owner = port_owner(wanted.port);
    choice.note = fmt::format("{} belongs to {}: the collector's {} is at {}", wanted.port,
                              owner ? owner->text() : "another process", purpose, choice.endpoint.port);
    return choice;
  }
  return retryable(
      fmt::format("port {} for the collector's {} and the {} after it are taken", wanted.port, purpose, kPortsTried),
      "free one, or choose another with listen in onecollector.yaml");
}

}  // namespace oc::agent
