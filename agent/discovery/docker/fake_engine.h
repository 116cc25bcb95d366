// For tests: an engine that answers on a unix socket as it is told.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/files.h"

namespace oc::agent {

class FakeEngine {
 public:
  explicit FakeEngine(std::string socket) : socket_(std::move(socket)) { start(); }
  ~FakeEngine() { stop(); }

  void start() {
    listener_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    socket_.copy(address.sun_path, sizeof address.sun_path - 1);
    ::unlink(socket_.c_str());
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
    if (::listen(listener_.get(), 8) != 0) return;
    thread_ = std::jthread([this](const std::stop_token& stopping) { accept_all(stopping); });
  }
  void stop() {
    thread_ = {};
    connections_.clear();
    listener_.reset();
    ::unlink(socket_.c_str());
  }

  // To requests whose path begins so; 404 to all others.
  void answer(const std::string& path, const std::string& body) {
    const std::lock_guard lock(mutex_);
    answers_[path] = body;
  }
  void forget(const std::string& path) {
    const std::lock_guard lock(mutex_);
    answers_.erase(path);
  }
  // To everybody who follows the events.
  void event(const std::string& text) {
    const std::lock_guard lock(mutex_);
    events_ += text + "\n";
  }

 private:
  void accept_all(const std::stop_token& stopping) {
    while (!stopping.stop_requested()) {
      pollfd ready{listener_.get(), POLLIN, 0};
      if (::poll(&ready, 1, 20) <= 0) continue;
      connections_.emplace_back([this, fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)](
                                    const std::stop_token& stop) { serve(UniqueFd(fd), stop); });
    }
  }

  void serve(const UniqueFd& connection, const std::stop_token& stop) {
    std::string request;
    while (!stop.stop_requested()) {
      pollfd ready{connection.get(), POLLIN, 0};
      if (::poll(&ready, 1, 20) <= 0) continue;
      char buffer[4096];
      const auto count = ::read(connection.get(), buffer, sizeof buffer);
      if (count <= 0) return;
      request.append(buffer, static_cast<std::size_t>(count));
      if (request.find("\r\n\r\n") == std::string::npos) continue;
      const auto path = request.substr(4, request.find(' ', 4) - 4);
      request.clear();
      if (path.starts_with("/events")) return stream(connection, stop);
      send(connection, reply(path));
    }
  }

  std::string reply(const std::string& path) {
    const std::lock_guard lock(mutex_);
    for (const auto& [begin, body] : answers_)
      if (path.starts_with(begin))
        return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
    return "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}";
  }

  void stream(const UniqueFd& connection, const std::stop_token& stop) {
    send(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    std::size_t sent = 0;
    while (!stop.stop_requested()) {
      std::string more;
      {
        const std::lock_guard lock(mutex_);
        more = events_.substr(sent);
      }
      send(connection, more);
      sent += more.size();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  static void send(const UniqueFd& connection, const std::string& text) {
    if (::send(connection.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) return;
  }

  const std::string socket_;
  UniqueFd listener_;
  std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::string events_;
  std::vector<std::jthread> connections_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace oc::agent
