// The other ends of what is measured (benchmarks/collector.py, store.py): what it reads or is sent, and where it sends.
#include <charconv>
#include <csignal>
#include <cstdio>
#include <span>

#include <fmt/format.h>

#include "benchmarks/load/bare_loop.h"
#include "benchmarks/load/collector_requests.h"
#include "benchmarks/load/counting_sink.h"
#include "benchmarks/load/line_shapes.h"
#include "benchmarks/load/store_requests.h"

namespace oc::benchmarks {

namespace {

constexpr const char* kUsage =
    "usage: load lines SHAPE BYTES [FIRST_MS]      lines of a shape (line_shapes.h), to stdout\n"
    "       load sink PORT                         counts what it is sent until it is killed; GET /figures\n"
    "       load send URL BYTES                    raw lines as OTLP/HTTP, 5,000 a request, to a collector\n"
    "       load store URL SHAPE BYTES FIRST_MS [STREAMS NAMES SEED]\n"
    "                                              lines of a shape as OTLP/HTTP to a store (store_requests.h)\n"
    "       load bare FILE PORT                    lines of a file to 127.0.0.1, by the least code that can do it\n";

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

int fail(const std::string& message) {
  fmt::print(stderr, "{}\n", message);
  return 1;
}

int write_lines(std::string_view which, std::uint64_t bytes, std::int64_t first_ms) {
  constexpr std::size_t kPiece = 1 << 20;
  LineShape shape(which, first_ms);
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

int report(const Result<Sent>& sent) {
  if (!sent) return fail(sent.error().text());
  fmt::print("{{\"bytes\": {}, \"records\": {}, \"body_bytes\": {}, \"refused\": {}, \"took_ms\": [{:.3f}]}}\n",
             sent->bytes, sent->records, sent->text_bytes, sent->refused, fmt::join(sent->took_ms, ","));
  return 0;
}

// Of URL SHAPE BYTES FIRST_MS [STREAMS NAMES SEED].
StoreLoad store_load(std::span<char*> arguments) {
  StoreLoad load{.shape = arguments[1],
                 .bytes = number(arguments[2]),
                 .first_ms = static_cast<std::int64_t>(number(arguments[3]))};
  if (arguments.size() < 7) return load;
  load.streams = number(arguments[4]);
  load.names = number(arguments[5]);
  load.seed = number(arguments[6]);
  return load;
}

int run(std::span<char*> arguments) {
  const std::string command = arguments.size() > 1 ? arguments[1] : "";
  if (command == "lines" && arguments.size() == 4) return write_lines(arguments[2], number(arguments[3]), kFirstMs);
  if (command == "lines" && arguments.size() == 5)
    return write_lines(arguments[2], number(arguments[3]), static_cast<std::int64_t>(number(arguments[4])));
  if (command == "sink" && arguments.size() == 3) return run_sink(static_cast<std::uint16_t>(number(arguments[2])));
  if (command == "send" && arguments.size() == 4) return report(send_to_collector(arguments[2], number(arguments[3])));
  if (command == "store" && (arguments.size() == 6 || arguments.size() == 9))
    return report(send_to_store(arguments[2], store_load(arguments.subspan(2))));
  if (command == "bare" && arguments.size() == 4) {
    const auto sent = send_bare(arguments[2], static_cast<std::uint16_t>(number(arguments[3])));
    return sent ? 0 : fail(sent.error().text());
  }
  return fail(kUsage);
}

}  // namespace

}  // namespace oc::benchmarks

int main(int count, char** arguments) { return oc::benchmarks::run({arguments, static_cast<std::size_t>(count)}); }
