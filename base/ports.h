// Which TCP ports are taken, and by whom.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace oc {

struct PortOwner {
  int pid = 0;               // 0: another user's process that we may not look into
  std::string name;          // as in /proc/PID/comm; empty if unknown
  std::string text() const;  // "otelcol (pid 123)" or "a process of user 1000"
  std::uint32_t uid = 0;
};

bool port_is_free(const std::string& address, std::uint16_t port);
// The listener on this port, from /proc/net/tcp, /proc/net/tcp6 and /proc/*/fd; nullopt if none is found.
std::optional<PortOwner> port_owner(std::uint16_t port);

}  // namespace oc
