// For tests: a server that gives prepared answers, right or wrong, whatever is asked.
#pragma once

#include <atomic>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/files.h"

namespace oc::http {

class ScriptedServer {
 public:
  using Answers = std::vector<std::string>;  // to the requests of one connection, which is closed after the last
  inline static const std::string kSilence = "(silence)";  // instead of an answer: wait for the client to hang up

  explicit ScriptedServer(std::vector<Answers> connections) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    if (::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_.get(), 8) != 0)
      std::abort();
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, script = std::move(connections)] {
      for (const auto& answers : script) serve(answers);
    });
  }
  ~ScriptedServer() {
    ::shutdown(fd_.get(), SHUT_RDWR);  // ends a pending accept
    thread_.join();
  }
  std::string url(const std::string& target) const { return "http://127.0.0.1:" + std::to_string(port_) + target; }
  int connections() const { return connections_; }
  void wait_for_request() { requests_.acquire(); }
  std::string received() {
    std::lock_guard lock(mutex_);
    return received_;
  }

 private:
  void serve(const Answers& answers) {
    const UniqueFd connection(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection) return;
    ++connections_;
    for (const auto& answer : answers) {
      if (!read_request(connection.get())) return;
      requests_.release();
      if (answer == kSilence) return static_cast<void>(read_request(connection.get()));
      ::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }
  // One recv is one request: the tests' requests are small and sent in one piece.
  bool read_request(int fd) {
    char buffer[64 * 1024];
    const auto count = ::recv(fd, buffer, sizeof buffer, 0);
    std::lock_guard lock(mutex_);
    if (count > 0) received_.append(buffer, count);
    return count > 0;
  }

  UniqueFd fd_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::counting_semaphore<> requests_{0};
  std::mutex mutex_;
  std::string received_;
  std::thread thread_;
};

}  // namespace oc::http
