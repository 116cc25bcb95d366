// Asking the kernel who owns the other end of a loopback connection (sock_diag(7)).
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/files.h"
#include "base/http/access.h"

namespace oc::http {

namespace {

struct Endpoint {
  int family = AF_UNSPEC;
  std::uint32_t words[4] = {};  // network order; IPv4 uses the first
  bool loopback = false;
};

Endpoint v4_endpoint(const in_addr& address) {
  Endpoint endpoint{.family = AF_INET};
  endpoint.words[0] = address.s_addr;
  endpoint.loopback = (ntohl(address.s_addr) >> 24) == 127;
  return endpoint;
}

// A v4-mapped address (::ffff:127.0.0.1, seen on a dual-stack listener) is an IPv4 connection to the kernel.
std::optional<Endpoint> parse_endpoint(const std::string& text) {
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return v4_endpoint(v4);
  in6_addr v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6) != 1) return std::nullopt;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    std::memcpy(&v4, v6.s6_addr + 12, sizeof v4);
    return v4_endpoint(v4);
  }
  Endpoint endpoint{.family = AF_INET6};
  std::memcpy(endpoint.words, &v6, sizeof v6);
  endpoint.loopback = IN6_IS_ADDR_LOOPBACK(&v6);
  return endpoint;
}

struct Query {
  nlmsghdr header;
  inet_diag_req_v2 body;
};

// The peer's socket seen from its own side: its source is our peer, its destination is us.
Query make_query(const Endpoint& local, std::uint16_t local_port, const Endpoint& peer, std::uint16_t peer_port) {
  Query query{};
  query.header.nlmsg_len = sizeof query;
  query.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  query.header.nlmsg_flags = NLM_F_REQUEST;  // no NLM_F_DUMP: one exact look-up in the kernel's hash table
  query.body.sdiag_family = static_cast<std::uint8_t>(peer.family);
  query.body.sdiag_protocol = IPPROTO_TCP;
  query.body.idiag_states = ~0U;
  query.body.id.idiag_sport = htons(peer_port);
  query.body.id.idiag_dport = htons(local_port);
  std::memcpy(query.body.id.idiag_src, peer.words, sizeof peer.words);
  std::memcpy(query.body.id.idiag_dst, local.words, sizeof local.words);
  query.body.id.idiag_cookie[0] = query.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return query;
}

// Only a socket that a process still holds has an owner: the kernel reports uid 0 and inode 0 for orphaned, half-open
// and TIME_WAIT ones, which must not pass for root. And without a connection the look-up falls back to a listener.
bool is_owned_connection(const inet_diag_msg& found, const Query& query) {
  return found.idiag_inode != 0 && found.idiag_state != TCP_LISTEN &&
         found.id.idiag_sport == query.body.id.idiag_sport && found.id.idiag_dport == query.body.id.idiag_dport;
}

std::optional<std::uint32_t> ask_kernel(const Query& query) {
  const UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!fd || ::send(fd.get(), &query, sizeof query, 0) != static_cast<ssize_t>(sizeof query)) return std::nullopt;
  alignas(nlmsghdr) char reply[4096];
  ssize_t size;
  do size = ::recv(fd.get(), reply, sizeof reply, 0);
  while (size < 0 && errno == EINTR);
  nlmsghdr header{};
  inet_diag_msg found{};
  if (size < static_cast<ssize_t>(NLMSG_HDRLEN + sizeof found)) return std::nullopt;
  std::memcpy(&header, reply, sizeof header);
  if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY) return std::nullopt;
  std::memcpy(&found, reply + NLMSG_HDRLEN, sizeof found);
  if (!is_owned_connection(found, query)) return std::nullopt;
  return found.idiag_uid;
}

}  // namespace

std::optional<std::uint32_t> uid_of_loopback_peer(const std::string& local_address, std::uint16_t local_port,
                                                  const std::string& peer_address, std::uint16_t peer_port) {
  const auto local = parse_endpoint(local_address);
  const auto peer = parse_endpoint(peer_address);
  if (!local || !peer || local->family != peer->family || !local->loopback || !peer->loopback) return std::nullopt;
  return ask_kernel(make_query(*local, local_port, *peer, peer_port));
}

}  // namespace oc::http
