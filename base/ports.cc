#include "base/ports.h"

#include <charconv>
#include <filesystem>
#include <sstream>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/files.h"

namespace oc {

namespace fs = std::filesystem;

namespace {

struct Listener {
  std::uint32_t uid = 0;
  std::string inode;
};

// One line of /proc/net/tcp (proc(5)): "sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …",
// addresses as HEX:PORT in hex, state 0A is LISTEN.
std::optional<Listener> listener_on(const std::string& line, std::uint16_t port) {
  std::istringstream fields(line);
  std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
  if (!(fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode))
    return std::nullopt;
  if (state != "0A" || !local.ends_with(fmt::format(":{:04X}", port))) return std::nullopt;
  Listener listener{.inode = inode};
  std::from_chars(uid.data(), uid.data() + uid.size(), listener.uid);
  return listener;
}

std::optional<Listener> find_listener(std::uint16_t port) {
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    const auto content = read_file(table);
    if (!content) continue;
    std::istringstream lines(*content);
    for (std::string line; std::getline(lines, line);)
      if (auto listener = listener_on(line, port)) return listener;
  }
  return std::nullopt;
}

bool holds_socket(const fs::path& process, const std::string& inode) {
  const std::string wanted = "socket:[" + inode + "]";
  std::error_code error;
  for (fs::directory_iterator fd(process / "fd", error), end; !error && fd != end; fd.increment(error)) {
    std::error_code unreadable;
    if (fs::read_symlink(fd->path(), unreadable) == wanted) return true;
  }
  return false;
}

bool is_number(const std::string& text) { return text.find_first_not_of("0123456789") == std::string::npos; }

std::string name_of(const fs::path& process) {
  auto name = read_file(process / "comm").value_or("");
  if (name.ends_with('\n')) name.pop_back();
  return name;
}

bool fill_address(const std::string& address, std::uint16_t port, sockaddr_storage& storage, socklen_t& size) {
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    size = sizeof *v4;
    return true;
  }
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  size = sizeof *v6;
  return ::inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1;
}

}  // namespace

std::string PortOwner::text() const {
  if (pid != 0) return fmt::format("{} (pid {})", name.empty() ? "a process" : name, pid);
  return fmt::format("a process of user {}", uid);
}

// Binds as a server would: with SO_REUSEADDR connections in TIME_WAIT do not count, listeners do.
bool port_is_free(const std::string& address, std::uint16_t port) {
  sockaddr_storage storage{};
  socklen_t size = 0;
  if (!fill_address(address, port, storage, size)) return false;
  const UniqueFd fd(::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  return fd && ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
         ::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), size) == 0;
}

std::optional<PortOwner> port_owner(std::uint16_t port) {
  const auto listener = find_listener(port);
  if (!listener) return std::nullopt;
  PortOwner owner;
  owner.uid = listener->uid;
  std::error_code error;
  for (fs::directory_iterator process("/proc", error), end; !error && process != end; process.increment(error)) {
    const auto number = process->path().filename().string();
    if (!is_number(number) || !holds_socket(process->path(), listener->inode)) continue;
    std::from_chars(number.data(), number.data() + number.size(), owner.pid);
    owner.name = name_of(process->path());
    break;
  }
  return owner;
}

}  // namespace oc
