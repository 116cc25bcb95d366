#include "stores/logs/log_store.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include <malloc.h>

#include "base/log.h"
#include "stores/logs/deduplication.h"
#include "stores/logs/delivery_gate.h"
#include "stores/logs/disk_space_guard.h"
#include "stores/logs/maintenance.h"
#include "stores/logs/manifest.h"
#include "stores/logs/recovery.h"
#include "stores/logs/scan.h"
#include "stores/logs/store_metrics.h"
#include "stores/logs/store_state.h"
#include "stores/logs/stream_order.h"
#include "stores/logs/tail_subscriptions.h"
#include "stores/logs/write_path.h"

namespace oc::stores {

namespace {
constexpr std::chrono::minutes kMaintenanceEvery{1};
}  // namespace

struct LogStore::Impl {
  Impl(LogStoreOptions given, MetricRegistry& registry, FileSystem& given_files, const Clock& given_clock)
      : options(std::move(given)),
        files(given_files),
        clock(given_clock),
        metrics(registry),
        damage(metrics.damaged_blocks),
        space(files, options.directory, clock) {}

  Status open();
  void maintain_in_background(std::stop_token stop);
  std::set<FileKey> files_of(const AppendBatch& batch) const;

  LogStoreOptions options;
  FileSystem& files;
  const Clock& clock;
  StoreMetrics metrics;
  mutable DamageReport damage;
  StreamRegistry streams;
  StoreState state;
  DiskSpaceGuard space;
  DeliveryGate gate;
  TailSubscriptions tails;
  std::unique_ptr<ManifestFile> manifest;
  std::unique_ptr<WritePath> writes;
  std::mutex maintenance_mutex;
  std::unique_ptr<Maintenance> maintenance;
  std::jthread maintainer;
};

Status LogStore::Impl::open() {
  OC_TRY_ASSIGN(manifest, ManifestFile::open(files, options.directory));
  OC_TRY_ASSIGN(const Recovered recovered,
                recover(files, options.directory, manifest->current(), streams, state, metrics, damage));
  writes = std::make_unique<WritePath>(
      options, WritePath::Parts{files, clock, *manifest, streams, state, tails, metrics}, recovered);
  OC_TRY(writes->start());
  maintenance = std::make_unique<Maintenance>(
      options,
      Maintenance::Parts{files, clock, *manifest, streams, state, metrics, [this] { return writes->take_file_id(); }});
  if (options.background) maintainer = std::jthread([this](std::stop_token stop) { maintain_in_background(stop); });
  return {};
}

void LogStore::Impl::maintain_in_background(std::stop_token stop) {
  while (!stop.stop_requested()) {
    {
      std::lock_guard lock(maintenance_mutex);
      if (auto done = maintenance->run(stop); !done && !stop.stop_requested())
        log::warn("maintenance of the log store: {}", done.error().text());
    }
    if (!writes->wait_for_seal(kMaintenanceEvery))
      ::malloc_trim(0);  // nobody takes soon what heads and merges gave back
  }
}

Result<std::unique_ptr<LogStore>> LogStore::open(LogStoreOptions options, MetricRegistry& metrics, FileSystem& files,
                                                 const Clock& clock) {
  std::unique_ptr<LogStore> store(new LogStore(std::make_unique<Impl>(std::move(options), metrics, files, clock)));
  if (auto opened = store->impl_->open(); !opened)
    return in_context(opened.error(), "opening the log store in " + store->impl_->options.directory.string());
  return store;
}

LogStore::LogStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LogStore::~LogStore() {
  impl_->maintainer.request_stop();
  if (impl_->writes) impl_->writes->wake_waiters();
  if (impl_->maintainer.joinable()) impl_->maintainer.join();
}

std::set<FileKey> LogStore::Impl::files_of(const AppendBatch& batch) const {
  std::set<FileKey> keys;
  for (const auto& file : batch.files) keys.insert({batch.tenant, file.source_id, file.file_id});
  return keys;
}

Result<AppendResult> LogStore::append(const AppendBatch& batch) {
  if (auto space = impl_->space.check(); !space) {
    impl_->metrics.refused_disk_full->add();
    return std::unexpected(std::move(space).error());
  }
  const auto pass = impl_->gate.enter(impl_->files_of(batch));
  const Deduplicated fresh =
      deduplicate(batch, impl_->clock.wall_ns(),
                  [&](const FileKey& file, contracts::ByteRange window) { return impl_->state.known(file, window); });
  impl_->metrics.duplicates->add(fresh.result.duplicates);
  if (!fresh.adds_anything) return fresh.result;
  if (auto appended = impl_->writes->append(encode_append_record(batch, fresh.keep, fresh.deliveries)); !appended) {
    impl_->metrics.failed_appends->add();
    return std::unexpected(std::move(appended).error());
  }
  impl_->metrics.requests->add();
  impl_->metrics.rows->add(fresh.result.stored);
  std::uint64_t line_bytes = 0;
  for (std::size_t i = 0; i < batch.rows.size(); ++i) line_bytes += fresh.keep[i] ? batch.rows[i].line.size() : 0;
  impl_->metrics.line_bytes->add(line_bytes);
  return fresh.result;
}

std::vector<contracts::Watermark> LogStore::watermarks(const std::string& tenant,
                                                       std::span<const std::string> source_ids) const {
  return impl_->state.watermarks(tenant, source_ids);
}

Status LogStore::seal() { return impl_->writes->seal_all(); }

Status LogStore::maintain() {
  std::lock_guard lock(impl_->maintenance_mutex);
  return impl_->maintenance->run({});
}

Result<std::uint64_t> LogStore::remove_rows(const RowRemoval& removal, std::stop_token stop) {
  if (!removal.sealed_only) OC_TRY(seal());
  std::lock_guard lock(impl_->maintenance_mutex);
  return impl_->maintenance->remove_rows(removal, std::move(stop));
}

Status LogStore::scan(const query::ScanRequest& request, query::RowSink& sink) const {
  OC_TRY_ASSIGN(const auto matchers, query::CompiledMatchers::compile(request.matchers));
  return scan_blocks(impl_->state.blocks(matchers, request.start_ns, request.end_ns), request, sink, impl_->damage);
}

Result<std::vector<StreamPtr>> LogStore::streams(std::span<const query::Matcher> matchers, Nanos start_ns,
                                                 Nanos end_ns) const {
  OC_TRY_ASSIGN(const auto compiled, query::CompiledMatchers::compile(matchers));
  const std::vector<StreamPtr> found = impl_->state.streams(compiled, start_ns, end_ns);
  std::vector<StreamPtr> sorted;
  sorted.reserve(found.size());
  for (const std::uint32_t index : in_order_of_labels(found)) sorted.push_back(found[index]);
  return sorted;
}

std::unique_ptr<query::TailSubscription> LogStore::tail(
    std::vector<query::Matcher> matchers, std::vector<query::LineFilter> line_filters,
    std::function<void(const query::Stream&, const query::Row&)> on_row) {
  return impl_->tails.add(matchers, line_filters, std::move(on_row));
}

}  // namespace oc::stores
