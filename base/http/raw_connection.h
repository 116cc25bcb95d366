// For tests: a TCP connection that says exactly what it is told, right or wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/files.h"

namespace oc::http {

class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fd_.reset();
  }
  bool connected() const { return static_cast<bool>(fd_); }
  // False when the other end does not take it any more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(count);
    }
    return true;
  }
  // Reads until `text` has arrived; what came up to its end. Without it: all there was until the end or 20 s of
  // silence.
  std::string read_until(std::string_view text) {
    while (received_.find(text) == std::string::npos && read_some()) {
    }
    const auto at = received_.find(text);
    std::string front = received_.substr(0, at == std::string::npos ? at : at + text.size());
    received_.erase(0, front.size());
    return front;
  }
  std::string read_to_end() {
    while (read_some()) {
    }
    return std::exchange(received_, {});
  }
  void close() { fd_.reset(); }
  int fd() const { return fd_.get(); }
  void shutdown_send() { ::shutdown(fd_.get(), SHUT_WR); }

 private:
  bool read_some() {
    pollfd readable{fd_.get(), POLLIN, 0};
    char buffer[64 * 1024];
    const auto count = ::poll(&readable, 1, 20'000) > 0 ? ::recv(fd_.get(), buffer, sizeof buffer, 0) : -1;
    if (count > 0) received_.append(buffer, count);
    return count > 0;
  }
  UniqueFd fd_;
  std::string received_;
};

}  // namespace oc::http
