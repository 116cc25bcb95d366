#include "benchmarks/collector_load/line_shapes.h"

#include <iterator>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace oc::benchmarks {

namespace {

constexpr std::string_view kPaths[] = {"/", "/cart", "/api/v1/items/4711", "/static/app.3f9c.js",
                                       "/search?q=red+shoes"};
constexpr std::string_view kAgents[] = {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "curl/8.5.0",
    "kube-probe/1.30"};

}  // namespace

LineShape::LineShape(std::string_view which) {
  if (which == "raw") write_ = &LineShape::raw;
  if (which == "docker") write_ = &LineShape::docker;
  if (which == "cri") write_ = &LineShape::cri;
  if (which == "nginx") write_ = &LineShape::nginx;
  if (which == "json") write_ = &LineShape::json;
}

void LineShape::next_time() {
  ++now_ms_;
  time_ =
      fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}", fmt::gmtime(static_cast<std::time_t>(now_ms_ / 1000)), now_ms_ % 1000);
}

void LineShape::message(std::string& out) {
  auto to = std::back_inserter(out);
  const auto a = random_(), b = random_();
  switch (random_() % 5) {
    case 0:
      fmt::format_to(to, "Connection to db-{}.internal:5432 established pool={}/32 trace_id={:016x}{:016x}", a % 10,
                     b % 32, a, b);
      break;
    case 1:
      fmt::format_to(to, "Received block blk_{} of size {} from /10.{}.{}.{}", a, b % 67'108'864, a % 256, b % 256,
                     (a >> 8) % 256);
      break;
    case 2:
      fmt::format_to(to, "request id={:016x}-{:08x} method=GET path=/api/v1/orders/{} status={} duration={}ms", a,
                     b & 0xFFFFFFFF, b % 1'000'000, 200 + a % 4, b % 2000);
      break;
    case 3:
      fmt::format_to(to, "user {} logged in from 192.168.{}.{} session={:016x} after {} attempts", a % 100'000, b % 256,
                     a % 256, b, 1 + b % 3);
      break;
    default:
      fmt::format_to(to, "cache miss for key item:{}:{:012x}, loaded from origin in {}.{:03} s", a % 1'000'000,
                     b & 0xFFFFFFFFFFFF, b % 3, a % 1000);
  }
}

void LineShape::raw(std::string& out) {
  next_time();
  fmt::format_to(std::back_inserter(out), "{}Z {} [{}] ", time_, level(), service());
  message(out);
  out += '\n';
}

void LineShape::docker(std::string& out) {
  scratch_.clear();
  raw(scratch_);
  scratch_.pop_back();
  fmt::format_to(std::back_inserter(out), R"({{"log":"{}\n","stream":"stdout","time":"{}123456Z"}})", scratch_, time_);
  out += '\n';
}

void LineShape::cri(std::string& out) {
  scratch_.clear();
  raw(scratch_);
  fmt::format_to(std::back_inserter(out), "{}123456Z stdout F {}", time_, scratch_);
}

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
                 time_, level(), service(), 200 + random_() % 4 * 100, random_() % 900, random_() % 10, scratch_);
  out += '\n';
}

}  // namespace oc::benchmarks
