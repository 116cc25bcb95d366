#include "stores/backend.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <malloc.h>

#include "base/files.h"
#include "base/http/server.h"
#include "base/log.h"
#include "base/metrics.h"
#include "stores/deletes/log_deletes.h"
#include "stores/deletes/stream_retention.h"
#include "stores/http/loki_api.h"
#include "stores/http/loki_delete.h"
#include "stores/http/loki_refusals.h"
#include "stores/ingest/ingest_routes.h"
#include "stores/ingest/push_routes.h"
#include "stores/logs/log_store.h"

namespace oc::stores {

namespace {

// A predecessor that was told to stop may be sealing its head.
constexpr std::chrono::seconds kWaitForPredecessor{10};
// Appends wait for the disk most of the time: as many as these share one sync.
constexpr std::size_t kWorkThreads = 16;
// Far more than run for long at a time (long_queries.h): a short one finds a thread although all places of these are
// taken and others wait for one. Appends do not wait for queries.
constexpr std::size_t kQueryThreads = 64;

// What a request or a block takes and gives back is taken again by the next one: given to the system each time it would
// be made of new, zeroed pages. The write path says when the store is quiet and memory is to go back.
void keep_memory_between_requests() {
  constexpr int kLargestRequest = 32 << 20;  // the most that glibc takes from its heaps
  constexpr int kKeptAtMost = 32 << 20;      // by each heap
  ::mallopt(M_MMAP_THRESHOLD, kLargestRequest);
  ::mallopt(M_TRIM_THRESHOLD, kKeptAtMost);
}

Result<FileLock> lock_backend(const std::filesystem::path& directory) {
  const auto deadline = std::chrono::steady_clock::now() + kWaitForPredecessor;
  while (true) {
    auto lock = FileLock::acquire(directory / "lock");
    if (lock || !lock.error().retryable() || std::chrono::steady_clock::now() >= deadline) return lock;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

Result<std::unique_ptr<LogStore>> open_store(const contracts::Config& config, const contracts::DataDirectory& data,
                                             MetricRegistry& metrics) {
  LogStoreOptions options;
  options.directory = data.backend() / "logs";
  options.retention_time = config.retention_time;
  options.retention_bytes = config.retention_bytes;
  OC_TRY(ensure_directory(options.directory, 0700));
  return LogStore::open(std::move(options), metrics);
}

Result<std::unique_ptr<LogDeletes>> open_deletes(LogStore& store, const contracts::DataDirectory& data) {
  const auto directory = data.backend() / "deletes";
  OC_TRY(ensure_directory(directory, 0700));
  return LogDeletes::open(store, {.directory = directory});
}

// The server listens only once the store is open, so answering at all means being ready.
http::Router make_router(LogStore& store, LogDeletes& deletes, MetricRegistry& metrics) {
  http::Router router;
  LokiApiOptions loki;
  loki.metrics = &metrics;
  add_loki_routes(router, deletes, loki);
  add_delete_routes(router, deletes);
  add_ingest_routes(router, store);
  add_push_routes(router, store, metrics);
  router.health("/healthz", [](const http::Request&) { return http::Response::text("ok\n"); });
  router.health("/readyz", [](const http::Request&) { return http::Response::text("ready\n"); });
  router.get(
      "/metrics",
      [&metrics](const http::Request&) {
        return http::Response::text(metrics.prometheus_text(), 200, "text/plain; version=0.0.4");
      },
      http::Lane::kAdmin);
  return router;
}

Result<http::Server::Options> server_options(const contracts::Config& config, const contracts::DataDirectory& data) {
  http::Server::Options options;
  options.address = config.listen.logs.address;
  options.port = config.listen.logs.port;
  options.work_threads = kWorkThreads;
  options.query_threads = kQueryThreads;
  OC_TRY_ASSIGN(options.access.token, data.read_or_create_token());
  options.reword = as_loki_refuses;
  options.access.open = config.listen.access == "open";
  return options;
}

// Each thread would take memory from a heap of its own, and what one gave back no other could take: of 100,000 streams
// it was 90 MB. As many heaps as cores are enough for none to wait.
void share_heaps() {
  constexpr unsigned kFewest = 2;
  ::mallopt(M_ARENA_MAX, static_cast<int>(std::max(std::thread::hardware_concurrency(), kFewest)));
}

void wait_for_stop(SignalWait& signals) {
  while (true) {
    const auto event = signals.wait(std::chrono::hours(1));
    if (event == SignalWait::Event::kStop || event == SignalWait::Event::kLifelineLost) return;
  }
}

}  // namespace

Status run_backend(const contracts::Config& config, const contracts::DataDirectory& data, SignalWait& signals) {
  keep_memory_between_requests();
  share_heaps();
  OC_TRY(ensure_directory(data.backend(), 0700));
  OC_TRY_ASSIGN(const FileLock lock, lock_backend(data.backend()));
  MetricRegistry metrics;
  OC_TRY_ASSIGN(const std::unique_ptr<LogStore> store, open_store(config, data, metrics));
  OC_TRY_ASSIGN(const auto deletes, open_deletes(*store, data));
  OC_TRY_ASSIGN(auto rules, StreamRetention::compile(config.retention_streams));
  const StreamRetentionThread retention(std::move(rules), *store);
  OC_TRY_ASSIGN(auto options, server_options(config, data));
  OC_TRY_ASSIGN(const auto server, http::Server::listen(std::move(options), make_router(*store, *deletes, metrics)));
  log::info("listening on {}", config.listen.logs.text());
  wait_for_stop(signals);
  server->stop();
  log::info("stopped");
  return {};
}

}  // namespace oc::stores
