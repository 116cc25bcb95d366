// Both ends of a collector that is measured (benchmarks/collector.py): what it reads, and where it sends.
#include <charconv>
#include <csignal>
#include <cstdio>
#include <span>

#include <fmt/format.h>

#include "base/http/client.h"
#include "benchmarks/collector_load/bare_loop.h"
#include "benchmarks/collector_load/counting_sink.h"
#include "benchmarks/collector_load/line_shapes.h"
#include "contracts/otlp/log_writer.h"

namespace oc::benchmarks {

namespace {

constexpr const char* kUsage =
    "usage: collector_load lines SHAPE BYTES     lines of a shape (raw, docker, cri, nginx, json), to stdout\n"
    "       collector_load sink PORT             counts what it is sent until it is killed; GET /figures\n"
    "       collector_load send URL BYTES        raw lines as OTLP/HTTP, 5,000 a request\n"
    "       collector_load bare FILE PORT        lines of a file to 127.0.0.1, by the least code that can do it\n";

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

int fail(const std::string& message) {
  fmt::print(stderr, "{}\n", message);
  return 1;
}

int write_lines(std::string_view which, std::uint64_t bytes) {
  constexpr std::size_t kPiece = 1 << 20;
  LineShape shape(which);
  if (!shape.known()) return fail(kUsage);
  std::string piece;
  for (std::uint64_t written = 0; written < bytes; written += piece.size()) {
    piece.clear();
    while (piece.size() < kPiece) shape.append(piece);
    if (std::fwrite(piece.data(), 1, piece.size(), stdout) != piece.size()) return fail("stdout cannot be written");
  }
  return 0;
}

int run_sink(std::uint16_t port) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const auto server = serve_counting_sink(port);
  if (!server) return fail(server.error().text());
  int signal = 0;
  ::sigwait(&ends, &signal);
  return 0;
}

constexpr std::size_t kLines = 5'000;  // a request

struct Made {
  std::string body;
  std::uint64_t text_bytes = 0;  // of its records
};

// A few requests made beforehand, sent again and again: making them is not what is measured.
std::vector<Made> requests(std::size_t count) {
  LineShape shape("raw");
  std::vector<Made> made;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text, resource, body;
    std::vector<std::size_t> ends;
    for (std::size_t line = 0; line < kLines; ++line) {
      shape.append(text);
      ends.push_back(text.size() - 1);
    }
    std::vector<contracts::otlp::LogRecordView> records;
    for (std::size_t line = 0, at = 0; line < kLines; at = ends[line++] + 1)
      records.push_back({std::string_view(text).substr(at, ends[line] - at), at});
    contracts::otlp::append_string_attribute(resource, 1, "service.name", "load");
    const contracts::otlp::LogSlice slice{.records = records, .observed_ns = 1};
    contracts::otlp::append_resource_logs(body, {.resource_attributes = resource, .slices = std::span(&slice, 1)});
    made.push_back({std::move(body), text.size() - kLines});
  }
  return made;
}

int send_requests(const std::string& url, std::uint64_t bytes) {
  http::Client::Options options;
  options.headers = {{"Content-Type", "application/x-protobuf"}};
  http::Client client(options);
  const auto made = requests(8);
  std::uint64_t sent = 0, records = 0, text_bytes = 0, tries = 0;
  for (std::size_t i = 0; sent < bytes; ++i) {
    http::Request request;
    request.method = "POST";
    request.body = made[i % made.size()].body;
    const auto size = request.body.size();
    const auto response = client.send(url, std::move(request));
    if (response && response->status == 200) {
      sent += size;
      records += kLines;
      text_bytes += made[i % made.size()].text_bytes;
    } else if (--i; ++tries > 10'000) {
      return fail(response ? fmt::format("answered {}", response->status) : response.error().text());
    }
  }
  fmt::print("{{\"bytes\": {}, \"records\": {}, \"body_bytes\": {}, \"refused\": {}}}\n", sent, records, text_bytes,
             tries);
  return 0;
}

int run(std::span<char*> arguments) {
  const std::string command = arguments.size() > 1 ? arguments[1] : "";
  if (command == "lines" && arguments.size() == 4) return write_lines(arguments[2], number(arguments[3]));
  if (command == "sink" && arguments.size() == 3) return run_sink(static_cast<std::uint16_t>(number(arguments[2])));
  if (command == "send" && arguments.size() == 4) return send_requests(arguments[2], number(arguments[3]));
  if (command == "bare" && arguments.size() == 4) {
    const auto sent = send_bare(arguments[2], static_cast<std::uint16_t>(number(arguments[3])));
    return sent ? 0 : fail(sent.error().text());
  }
  return fail(kUsage);
}

}  // namespace

}  // namespace oc::benchmarks

int main(int count, char** arguments) { return oc::benchmarks::run({arguments, static_cast<std::size_t>(count)}); }
