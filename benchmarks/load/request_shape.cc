// Lines of services that write several of each request, with the same ids in all of them.
#include <iterator>

#include <fmt/format.h>

#include "benchmarks/load/line_shapes.h"

namespace oc::benchmarks {

namespace {
constexpr std::size_t kRunningAtATime = 60;
constexpr std::string_view kTables[] = {"orders", "carts", "users", "stock", "prices"};
}  // namespace

LineShape::Request LineShape::new_request() {
  const auto a = random_(), b = random_(), c = random_();
  return {fmt::format(
              R"("request_id":"{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}","trace_id":"{:016x}{:016x}","user_id":"u-{:06}")",
              a & 0xFFFFFFFF, a >> 48, b & 0xFFF, b >> 52, a * 31 & 0xFFFFFFFFFFFF, b, c, c % 50'000),
          next_service(), 2 + random_() % 4};
}

void LineShape::requests(std::string& out) {
  next_time();
  if (running_.empty())
    while (running_.size() < kRunningAtATime) running_.push_back(new_request());
  Request& request = running_[random_() % running_.size()];
  const auto a = random_();
  service_ = request.service;
  auto to = std::back_inserter(out);
  fmt::format_to(to, R"({{"ts":"{}Z","service":"{}",{},)", time_, request.service, request.ids);
  if (--request.lines_left > 0) {
    fmt::format_to(to, R"("level":"debug","msg":"query executed","table":"{}","rows":{},"duration_ms":{}.{:03}}})",
                   pick(kTables), a % 100, (a >> 8) % 40, (a >> 20) % 1000);
  } else {
    fmt::format_to(to, R"("level":"info","msg":"request finished","path":"/api/v1/{}/{}","status":{},"bytes":{}}})",
                   pick(kTables), a % 200'000, 200 + a % 4 * 100, (a >> 20) % 100'000);
    request = new_request();
  }
  out += '\n';
}

}  // namespace oc::benchmarks
