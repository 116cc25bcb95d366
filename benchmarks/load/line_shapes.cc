#include "benchmarks/load/line_shapes.h"

#include <iterator>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace oc::benchmarks {

LineShape::LineShape(std::string_view which, std::int64_t first_ms, std::uint64_t seed)
    : random_(seed), now_ms_(first_ms) {
  const std::pair<std::string_view, void (LineShape::*)(std::string&)> shapes[] = {
      {"raw", &LineShape::raw},     {"docker", &LineShape::docker},     {"cri", &LineShape::cri},
      {"nginx", &LineShape::nginx}, {"json", &LineShape::json},         {"kubernetes", &LineShape::kubernetes},
      {"hdfs", &LineShape::hdfs},   {"requests", &LineShape::requests}, {"text", &LineShape::text}};
  for (const auto& [name, write] : shapes)
    if (name == which) write_ = write;
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
      fmt::format_to(
          to, "user {} logged in from 192.168.{}.{} session={:016x} after {} attempts, method=password realm=customers",
          a % 100'000, b % 256, a % 256, b, 1 + b % 3);
      break;
    default:
      fmt::format_to(to, "cache miss for key item:{}:{:012x}, loaded from origin in {}.{:03} s, kept for 300 s",
                     a % 1'000'000, b & 0xFFFFFFFFFFFF, b % 3, a % 1000);
  }
}

void LineShape::raw(std::string& out) {
  next_time();
  fmt::format_to(std::back_inserter(out), "{}Z {} [{}] ", time_, next_level(), next_service());
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

}  // namespace oc::benchmarks
