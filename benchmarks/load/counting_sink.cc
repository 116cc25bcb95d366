#include "benchmarks/load/counting_sink.h"

#include <ctime>

#include <xxhash.h>

#include "contracts/otlp/log_reader.h"

namespace oc::benchmarks {

namespace {

namespace otlp = contracts::otlp;

struct Figures {
  std::uint64_t records = 0, body_bytes = 0, sample_hash = 0, attributes = 0, timed = 0, severe = 0;
};

struct Totals {
  std::atomic<std::uint64_t> records = 0, body_bytes = 0, sample_hash = 0, attributes = 0, timed = 0, severe = 0,
                             last_ns = 0, requests = 0;
  void add(const Figures& figures) {
    records += figures.records;
    body_bytes += figures.body_bytes;
    sample_hash += figures.sample_hash;
    attributes += figures.attributes;
    timed += figures.timed;
    severe += figures.severe;
  }
};

std::uint64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

class Counter final : public otlp::LogVisitor {
 public:
  Figures figures;
  Status resource(std::size_t, std::span<const otlp::AttributeView>) override { return {}; }
  Status scope(const otlp::DecodedScope&) override { return {}; }
  Status record(const otlp::DecodedLogRecord& record) override {
    constexpr std::uint64_t kSampleMask = 63;
    const auto body = record.body.bytes;
    ++figures.records;
    figures.body_bytes += body.size();
    figures.attributes += record.attributes.size();
    figures.timed += record.time_unix_nano != 0;
    figures.severe += record.severity_number != 0;
    const auto hash = XXH3_64bits(body.data(), body.size());
    if ((hash & kSampleMask) == 0) figures.sample_hash += hash;
    return {};
  }
};

}  // namespace

Result<std::unique_ptr<http::Server>> serve_counting_sink(std::uint16_t port) {
  auto totals = std::make_shared<Totals>();
  http::Router router;
  router.post("/v1/logs", [totals](const http::Request& request) {
    Counter counter;
    if (auto read = otlp::read_logs(request.body, counter); !read)
      return http::Response::error(400, read.error().text());
    totals->add(counter.figures);
    ++totals->requests;
    totals->last_ns = monotonic_ns();
    return http::Response{.status = 200, .headers = {{"Content-Type", "application/x-protobuf"}}, .body = {}};
  });
  router.get("/figures", [totals](const http::Request&) {
    return http::Response::json({{"records", totals->records.load()},
                                 {"body_bytes", totals->body_bytes.load()},
                                 {"sample_hash", totals->sample_hash.load()},
                                 {"attributes", totals->attributes.load()},
                                 {"timed", totals->timed.load()},
                                 {"severe", totals->severe.load()},
                                 {"last_ns", totals->last_ns.load()},
                                 {"requests", totals->requests.load()}});
  });
  http::Server::Options options;
  options.port = port;
  options.access = http::AccessPolicy::everyone();
  return http::Server::listen(std::move(options), std::move(router));
}

}  // namespace oc::benchmarks
