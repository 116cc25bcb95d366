// Lines as programs that many know write them.
#include <cmath>
#include <iterator>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "benchmarks/load/line_shapes.h"

namespace oc::benchmarks {

namespace {

constexpr std::string_view kPaths[] = {"/", "/cart", "/api/v1/items/4711", "/static/app.3f9c.js",
                                       "/search?q=red+shoes"};
constexpr std::string_view kAgents[] = {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "curl/8.5.0",
    "kube-probe/1.30"};

constexpr std::string_view kNames[] = {"web", "api", "worker", "cron", "cache", "ingress-nginx-controller"};
constexpr std::string_view kNodes[] = {"node-a", "node-b", "node-c"};
constexpr std::string_view kPlugins[] = {"kubelet", "controller-manager", "scheduler", "replicaset-controller"};
constexpr std::string_view kSyllables[] = {"ba",  "con", "der", "el",  "fa", "gro", "hin", "is", "ka",  "lor",
                                           "men", "no",  "per", "qua", "ri", "sol", "ter", "un", "ver", "zi"};
constexpr std::string_view kPodLetters = "bcdfghjklmnpqrstvwxz2456789";

std::string pod(std::string_view name, std::uint64_t random) {
  std::string id;
  for (int i = 0; i < 13; ++i, random /= kPodLetters.size()) id += kPodLetters[random % kPodLetters.size()];
  return fmt::format("{}-{}-{}", name, std::string_view(id).substr(0, 8), std::string_view(id).substr(8));
}

// Few words come often, many seldom, as in prose: the n-th of the vocabulary about 1/n as often.
std::string word(std::uint64_t random) {
  const double share = static_cast<double>(random % 100'000) / 100'000;
  auto rank = static_cast<std::uint64_t>(std::pow(20'000, share));
  std::string made;
  const std::uint64_t longest = rank < 50 ? 400 : rank < 1'000 ? 8'000 : 160'000;
  for (rank = rank * 2654435761 % longest + 20; rank > 0; rank /= std::size(kSyllables))
    made += kSyllables[rank % std::size(kSyllables)];
  return made;
}

}  // namespace

void LineShape::nginx(std::string& out) {
  ++now_ms_;
  const auto a = random_(), b = random_();
  fmt::format_to(std::back_inserter(out),
                 R"({}.{}.{}.{} - {} [{:%d/%b/%Y:%H:%M:%S} +0000] "GET {} HTTP/1.1" {} {} "-" "{}")", a % 256, b % 256,
                 (a >> 8) % 256, (b >> 8) % 256, a % 3 == 0 ? "alice" : "-",
                 fmt::gmtime(static_cast<std::time_t>(now_ms_ / 1000)), pick(kPaths), 200 + b % 5 * 75, b % 100'000,
                 pick(kAgents));
  out += '\n';
}

void LineShape::json(std::string& out) {
  next_time();
  scratch_.clear();
  message(scratch_);
  fmt::format_to(std::back_inserter(out),
                 R"({{"time":"{}Z","level":"{}","service":"{}","status":{},"duration_ms":{}.{},"message":"{}"}})",
                 time_, next_level(), next_service(), 200 + random_() % 4 * 100, random_() % 900, random_() % 10,
                 scratch_);
  out += '\n';
}

void LineShape::kubernetes(std::string& out) {
  next_time();
  const auto a = random_(), b = random_();
  const auto at =
      fmt::format("{}{:%m%d %H:%M:%S}.{:03}{:03} {:>7}",
                  a % 20 == 0  ? 'E'
                  : a % 7 == 0 ? 'W'
                               : 'I',
                  fmt::gmtime(static_cast<std::time_t>(now_ms_ / 1000)), now_ms_ % 1000, b % 1000, 1 + a % 4);
  const auto name = pick(kNames);
  auto to = std::back_inserter(out);
  switch (random_() % 4) {
    case 0:
      fmt::format_to(
          to,
          R"({} event.go:307] "Event occurred" object="shop/{}" kind="Pod" apiVersion="v1" type="Normal" reason="Pulled" message="Successfully pulled image in {}.{:06}s")",
          at, pod(name, a), b % 30, a % 1'000'000);
      break;
    case 1:
      fmt::format_to(
          to,
          R"({} pod_startup_latency_tracker.go:104] "Observed pod startup duration" pod="shop/{}" podStartSLOduration={}.{:09} node="{}")",
          at, pod(name, a), b % 9, b % 1'000'000'000, pick(kNodes));
      break;
    case 2:
      fmt::format_to(
          to,
          R"({} httplog.go:132] "HTTP" verb="GET" URI="/apis/apps/v1/namespaces/shop/replicasets/{}?timeout={}s" latency="{}.{:06}ms" userAgent="kube-{}/v1.30.2" audit-ID="{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}" srcIP="10.244.{}.{}:{}" resp={})",
          at, name, 5 + b % 3, b % 90, a % 1'000'000, pick(kPlugins), a & 0xFFFFFFFF, b & 0xFFFF, b >> 20 & 0xFFF,
          b >> 36 & 0xFFF, a * 31 & 0xFFFFFFFFFFFF, a % 4, b % 256, 32'768 + a % 28'000, 200 + b % 5 / 4 * 204);
      break;
    default:
      fmt::format_to(
          to,
          R"x({} reconciler_common.go:245] "operationExecutor.VerifyControllerAttachedVolume started for volume \"kube-api-access-{:05x}\" pod \"{}\" (UID: \"{:08x}-{:04x}-4{:03x}-b{:03x}-{:012x}\")")x",
          at, a & 0xFFFFF, pod(name, b), b & 0xFFFFFFFF, a & 0xFFFF, a >> 20 & 0xFFF, a >> 36 & 0xFFF,
          b * 17 & 0xFFFFFFFFFFFF);
  }
  out += '\n';
}

void LineShape::hdfs(std::string& out) {
  ++now_ms_;
  const auto a = random_(), b = random_();
  const auto at =
      fmt::format("{:%y%m%d %H%M%S} {}", fmt::gmtime(static_cast<std::time_t>(now_ms_ / 1000)), 10 + a % 3000);
  const auto block = static_cast<std::int64_t>(b);
  auto to = std::back_inserter(out);
  switch (random_() % 4) {
    case 0:
      fmt::format_to(to, "{} INFO dfs.DataNode$PacketResponder: PacketResponder {} for block blk_{} terminating", at,
                     a % 3, block);
      break;
    case 1:
      fmt::format_to(to,
                     "{} INFO dfs.FSNamesystem: BLOCK* NameSystem.addStoredBlock: blockMap updated: 10.251.{}.{}:50010 "
                     "is added to blk_{} size {}",
                     at, a % 256, (a >> 8) % 256, block, a % 5 == 0 ? b % 67'108'864 : 67'108'864);
      break;
    case 2:
      fmt::format_to(
          to,
          "{} INFO dfs.DataNode$DataXceiver: Receiving block blk_{} src: /10.251.{}.{}:{} dest: /10.251.{}.{}:50010",
          at, block, a % 256, (a >> 8) % 256, 32'768 + b % 28'000, (a >> 16) % 256, (a >> 24) % 256);
      break;
    default:
      fmt::format_to(to, "{} INFO dfs.DataNode$PacketResponder: Received block blk_{} of size {} from /10.251.{}.{}",
                     at, block, a % 5 == 0 ? b % 67'108'864 : 67'108'864, a % 256, (a >> 8) % 256);
  }
  out += '\n';
}

void LineShape::text(std::string& out) {
  ++now_ms_;
  for (auto words = 5 + random_() % 25; words > 0; --words)
    out.append(word(random_())).append(words == 1 ? ".\n" : " ");
}

}  // namespace oc::benchmarks
