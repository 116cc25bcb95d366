// Who may talk to a port (DESIGN section 7): what root could read is not open to every local user.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/http/message.h"

namespace oc::http {

struct AccessPolicy {
  bool open = false;                   // `access: open`
  std::string token;                   // accepted as "Authorization: Bearer TOKEN", or Basic with the token as password
  std::set<std::uint32_t> uids;        // besides root and our own user
  std::string group = "onecollector";  // its members are let in, too

  static AccessPolicy everyone();
  // The error is what to answer with 401: it says how to get in.
  Status allows(const Request& request) const;
};

// The uid that owns the other end of a loopback TCP connection, by NETLINK_SOCK_DIAG.
std::optional<std::uint32_t> uid_of_loopback_peer(const std::string& local_address, std::uint16_t local_port,
                                                  const std::string& peer_address, std::uint16_t peer_port);

}  // namespace oc::http
