// Lines as services, nginx, applications, Kubernetes and HDFS write them, and text without structure, for tests and
// benchmarks: ids and addresses random, about a millisecond apart. The same lines come out each time.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/clock.h"

namespace oc::stores::columns {

class LineShape {
 public:
  static constexpr std::array<std::string_view, 6> kShapes = {"services",   "nginx", "application",
                                                              "kubernetes", "hdfs",  "prose"};
  explicit LineShape(std::string_view shape, std::uint64_t seed = 42) : random_(seed) {
    for (std::size_t i = 0; i < kShapes.size(); ++i)
      if (kShapes[i] == shape) which_ = i;
  }
  std::string next() {
    now_ += static_cast<Nanos>(random_() % 3) * 1'000'000;
    switch (which_) {
      case 0:
        return fmt::format("{} {} [{}] {}", iso(), level(), service_, message());
      case 1:
        return nginx();
      case 2:
        return application();
      case 3:
        return kubernetes();
      case 4:
        return hdfs();
      default:
        return prose();
    }
  }
  // Of the line that next() made last.
  Nanos time_ns() const { return now_; }
  void set_service(std::string_view service) { service_ = service; }

 private:
  template <std::size_t N>
  std::string_view pick(const std::string_view (&words)[N]) {
    return words[random_() % N];
  }
  std::string_view level() {
    static constexpr std::string_view kLevels[] = {"INFO", "INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"};
    return pick(kLevels);
  }
  std::tm utc() const { return fmt::gmtime(static_cast<std::time_t>(now_ / 1'000'000'000)); }
  std::string iso() const { return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", utc(), now_ / 1'000'000 % 1000); }
  std::string message() {
    const auto a = random_(), b = random_();
    switch (random_() % 5) {
      case 0:
        return fmt::format("Connection to db-{}.internal:5432 established pool={}/32 trace_id={:016x}{:016x}", a % 10,
                           b % 32, a, b);
      case 1:
        return fmt::format("Received block blk_{} of size {} from /10.{}.{}.{}", a, b % 67'108'864, a % 256, b % 256,
                           (a >> 8) % 256);
      case 2:
        return fmt::format("request id={:016x}-{:08x} method=GET path=/api/v1/orders/{} status={} duration={}ms", a,
                           b & 0xFFFFFFFF, b % 1'000'000, 200 + a % 4, b % 2000);
      case 3:
        return fmt::format("user {} logged in from 192.168.{}.{} session={:016x} after {} attempts", a % 100'000,
                           b % 256, a % 256, b, 1 + b % 3);
      default:
        return fmt::format("cache miss for key item:{}:{:012x}, loaded from origin in {}.{:03} s", a % 1'000'000,
                           b & 0xFFFFFFFFFFFF, b % 3, a % 1000);
    }
  }
  std::string nginx() {
    static constexpr std::string_view kPaths[] = {
        "/", "/cart", "/login", "/search?q=red+shoes", "/static/app.3f9c.js", "/favicon.ico"};
    static constexpr std::string_view kAgents[] = {
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
        "Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0", "curl/8.5.0",
        "kube-probe/1.30"};
    static constexpr std::string_view kReferers[] = {"-", "-", "https://shop.example.com/", "https://www.google.com/"};
    const auto a = random_(), b = random_();
    const std::string path = a % 3 == 0 ? fmt::format("/api/v1/items/{}", b % 100'000) : std::string(pick(kPaths));
    return fmt::format(R"({}.{}.{}.{} - {} [{:%d/%b/%Y:%H:%M:%S} +0000] "{} {} HTTP/1.1" {} {} "{}" "{}")", a % 223,
                       b % 256, (a >> 8) % 256, (b >> 8) % 256, a % 7 == 0 ? "alice" : "-", utc(),
                       b % 5 == 0 ? "POST" : "GET", path, b % 11 == 0 ? 404 : 200, b % 100'000, pick(kReferers),
                       pick(kAgents));
  }
  std::string application() {
    static constexpr std::string_view kUsers[] = {"alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"};
    static constexpr std::string_view kEvents[] = {"order placed", "payment accepted", "cart updated",
                                                   "stock reserved"};
    const auto a = random_(), b = random_();
    return fmt::format(
        R"({{"time":"{}","level":"{}","logger":"com.example.{}","user":"{}","duration_ms":{},"status":{},"trace_id":"{:016x}{:016x}","message":"{} for {} in {} ms"}})",
        iso(), level(), service_, pick(kUsers), static_cast<double>(b % 100'000) / 100, 200 + a % 4 * 100, a, b,
        pick(kEvents), a % 1'000'000, b % 900);
  }
  std::string kubernetes() {
    static constexpr std::string_view kFiles[] = {"reflector.go:325", "controller.go:1134", "kubelet.go:2461",
                                                  "event.go:389"};
    static constexpr std::string_view kKinds[] = {"Pod", "Service", "ConfigMap", "EndpointSlice"};
    static constexpr std::string_view kNames[] = {"checkout", "inventory", "payments", "frontend", "coredns"};
    const auto a = random_(), b = random_();
    const std::string head = fmt::format("{}{:%m%d %H:%M:%S}.{:06}       1 {}] ", a % 9 == 0 ? 'E' : 'I', utc(),
                                         now_ / 1000 % 1'000'000, pick(kFiles));
    switch (b % 3) {
      case 0:
        return head +
               fmt::format(
                   R"("SyncLoop (PLEG): event for pod" pod="default/{}-{:08x}-{:05x}" event={{"ID":"{:016x}","Type":"ContainerStarted"}})",
                   pick(kNames), a & 0xFFFFFFFF, b >> 44, a);
      case 1:
        return head +
               fmt::format("k8s.io/client-go/informers/factory.go:150: Watch close - *v1.{} total {} items received",
                           pick(kKinds), b % 900);
      default:
        return head +
               fmt::format(
                   R"(Event(v1.ObjectReference{{Kind:"{}", Namespace:"default", Name:"{}", UID:"{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}"}}): type: 'Normal' reason: 'Scheduled')",
                   pick(kKinds), pick(kNames), a >> 32, a & 0xFFFF, b & 0xFFF, b >> 50 & 0xFFF, b & 0xFFFFFFFFFFFF);
    }
  }
  std::string hdfs() {
    const auto a = random_(), b = random_();
    const std::string head = fmt::format("{:%y%m%d %H%M%S} {} INFO ", utc(), a % 30'000);
    const auto block = static_cast<std::int64_t>(b);
    switch (a % 4) {
      case 0:
        return head +
               fmt::format(
                   "dfs.DataNode$DataXceiver: Receiving block blk_{} src: /10.250.{}.{}:{} dest: /10.250.{}.{}:50010",
                   block, a % 32, b % 256, 30'000 + a % 30'000, b % 32, a % 256);
      case 1:
        return head + fmt::format(
                          "dfs.FSNamesystem: BLOCK* NameSystem.addStoredBlock: blockMap updated: 10.250.{}.{}:50010 is "
                          "added to blk_{} size 67108864",
                          a % 32, b % 256, block);
      case 2:
        return head + fmt::format("dfs.DataNode$PacketResponder: PacketResponder {} for block blk_{} terminating",
                                  a % 3, block);
      default:
        return head + fmt::format("dfs.DataNode$PacketResponder: Received block blk_{} of size {} from /10.250.{}.{}",
                                  block, b % 67'108'864, a % 32, b % 256);
    }
  }
  std::string prose() {
    static constexpr std::string_view kWords[] = {"the",     "of",    "server", "was",  "and",  "a",     "in",  "that",
                                                  "slowly",  "came",  "night",  "no",   "one",  "knows", "why", "it",
                                                  "stopped", "after", "long",   "rain", "but",  "we",    "saw", "light",
                                                  "again",   "under", "door",   "then", "quiet"};
    std::string line(pick(kWords));
    for (std::uint64_t i = random_() % 30; i > 0; --i) {
      line += random_() % 9 == 0 ? ", " : " ";
      line += pick(kWords);
    }
    return line + '.';
  }

  std::size_t which_ = 0;
  std::string_view service_ = "checkout";
  std::mt19937_64 random_;
  Nanos now_ = 1'763'800'000'000'000'000;
};

}  // namespace oc::stores::columns
