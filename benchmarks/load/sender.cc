#include "benchmarks/load/sender.h"

#include <chrono>

#include <fmt/format.h>

namespace oc::benchmarks {

namespace {

constexpr std::uint64_t kMostRefusals = 10'000;

http::Client::Options protobuf() {
  http::Client::Options options;
  options.headers = {{"Content-Type", "application/x-protobuf"}};
  return options;
}

}  // namespace

Sender::Sender(std::string url) : url_(std::move(url)), client_(protobuf()) {}

Status Sender::send(const Made& made) {
  const auto began = std::chrono::steady_clock::now();
  while (true) {
    http::Request request;
    request.method = "POST";
    request.body = made.body;
    const auto response = client_.send(url_, std::move(request));
    if (response && response->status / 100 == 2) break;
    if (++sent.refused > kMostRefusals)
      return response ? permanent(fmt::format("answered {}: {}", response->status, response->body))
                      : Status(std::unexpected(response.error()));
  }
  sent.took_ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
  sent.bytes += made.body.size();
  sent.records += made.records;
  sent.text_bytes += made.text_bytes;
  return {};
}

}  // namespace oc::benchmarks
