#include "base/http/access.h"

#include <algorithm>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <grp.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pwd.h>
#include <strings.h>
#include <unistd.h>

namespace oc::http {

namespace {

constexpr std::size_t kNameServiceBufferBytes = 64 * 1024;  // a group line lists all its members
constexpr std::size_t kMaxAuthorizationBytes = 4096;        // far above any token of ours

// In constant time, so that the answer's delay tells nothing about the token.
bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string base64_decode(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  const int size =
      ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return {};
  const auto padding = std::min<std::size_t>(text.size() - (text.find_last_not_of('=') + 1), 2);
  bytes.resize(std::max<std::size_t>(size, padding) - padding);
  return bytes;
}

// "Bearer TOKEN", or "Basic base64(user:TOKEN)" for clients that know nothing else (RFC 7617, RFC 6750).
bool carries_token(std::string_view authorization, std::string_view token) {
  if (token.empty() || authorization.size() > kMaxAuthorizationBytes) return false;
  const auto space = std::min(authorization.find(' '), authorization.size());
  const auto scheme = authorization.substr(0, space);
  const auto rest = authorization.substr(std::min(space + 1, authorization.size()));
  const auto is = [&](std::string_view name) {
    return scheme.size() == name.size() && ::strncasecmp(scheme.data(), name.data(), name.size()) == 0;
  };
  if (is("Bearer")) return same_secret(rest, token);
  if (!is("Basic")) return false;
  const auto credentials = base64_decode(rest);
  const auto colon = credentials.find(':');
  return colon != credentials.npos && same_secret(std::string_view(credentials).substr(colon + 1), token);
}

bool is_member(std::uint32_t uid, const std::string& group) {
  if (group.empty()) return false;
  std::vector<char> group_buffer(kNameServiceBufferBytes), user_buffer(kNameServiceBufferBytes);
  ::group group_entry{};
  ::passwd user_entry{};
  ::group* found_group = nullptr;
  ::passwd* found_user = nullptr;
  ::getgrnam_r(group.c_str(), &group_entry, group_buffer.data(), group_buffer.size(), &found_group);
  ::getpwuid_r(uid, &user_entry, user_buffer.data(), user_buffer.size(), &found_user);
  if (found_group == nullptr || found_user == nullptr) return false;
  if (found_user->pw_gid == found_group->gr_gid) return true;
  for (char** member = found_group->gr_mem; *member != nullptr; ++member)
    if (std::string_view(*member) == found_user->pw_name) return true;
  return false;
}

bool is_this_machine(std::string_view host) {
  in6_addr ignored{};
  const std::string text(host);
  return host == "localhost" || ::inet_pton(AF_INET, text.c_str(), &ignored) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), &ignored) == 1;
}

// A web page of somebody else, open in the browser of a user who is let in, must not use that user's rights: neither
// by a cross-site request (its Origin differs) nor by a name that it lets point here (DNS rebinding).
bool is_from_foreign_page(const Request& request) {
  const auto host = request.headers.get("Host");
  if (!host || host->empty()) return false;
  const auto own = Url::parse(fmt::format("http://{}", *host));
  if (!own || !is_this_machine(own->host)) return true;
  const auto origin = request.headers.get("Origin");
  if (!origin) return false;
  const auto page = Url::parse(*origin);
  return !page || page->host != own->host || page->port != own->port;
}

}  // namespace

AccessPolicy AccessPolicy::everyone() {
  AccessPolicy policy;
  policy.open = true;
  return policy;
}

Status AccessPolicy::allows(const Request& request) const {
  constexpr char kWayIn[] =
      "send \"Authorization: Bearer TOKEN\" with the token from the data directory, or join the "
      "group onecollector";
  if (open || carries_token(request.headers.get("Authorization").value_or(""), token)) return {};
  const auto uid = request.peer.uid;
  if (uid && (*uid == 0 || *uid == ::geteuid() || uids.contains(*uid) || is_member(*uid, group))) {
    if (!is_from_foreign_page(request)) return {};
    return permanent("a request from another web site needs a token", kWayIn);
  }
  if (request.headers.get("Authorization")) return permanent("the token is wrong", kWayIn);
  if (!uid) return permanent(fmt::format("{} needs a token", request.peer.address), kWayIn);
  return permanent(fmt::format("user {} may not use this port", *uid), kWayIn);
}

}  // namespace oc::http
