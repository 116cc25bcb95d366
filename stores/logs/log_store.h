// The embedded log store: durable appends, range memory, queries (DESIGN section 8; FORMAT.md says how it lies on
// disk).
//
// One process opens a directory at a time; the caller holds a lock on it. append() returns once the rows are durable
// and can be queried. Rows go to a WAL and an in-memory head; a full head is sealed into a part in the background.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "query/logql/log_reader.h"
#include "stores/logs/append_batch.h"
#include "stores/logs/file_system.h"
#include "stores/logs/row_removal.h"

namespace oc::stores {

struct LogStoreOptions {
  std::filesystem::path directory;
  std::chrono::seconds retention_time{14 * 24 * 3600};
  std::uint64_t retention_bytes = 20ull << 30;
  // Of rows in memory before they are sealed; a second head of this size may be in the making of a part.
  std::size_t head_bytes = 32 << 20;
  // Of rows in a block: larger ones pack better, smaller ones are read faster for a few rows.
  std::size_t block_bytes = 8 << 20;
  // False: sealing happens in append(), and maintain() is the caller's to call.
  bool background = true;
};

// Thread-safe.
class LogStore final : public query::LogReader {
 public:
  // `metrics`, `files` and `clock` must outlive the store. An unreadable manifest is a permanent error; damaged WAL
  // frames, parts and blocks are left out, counted and logged.
  static Result<std::unique_ptr<LogStore>> open(LogStoreOptions options, MetricRegistry& metrics,
                                                FileSystem& files = posix_file_system(),
                                                const Clock& clock = system_clock());
  // Refuses further appends, seals what it can. Subscriptions must have ended.
  ~LogStore() override;

  // Durable, or an error and nothing is stored. Retryable errors: the disk is full or failing, the store is stopping.
  Result<AppendResult> append(const AppendBatch& batch);
  std::vector<contracts::Watermark> watermarks(const std::string& tenant,
                                               std::span<const std::string> source_ids) const;
  // Everything appended so far is in parts when it returns.
  Status seal();
  // Retention, then merges until there is nothing to merge. Done by a thread of the store every minute and after seals.
  Status maintain();
  // Everything appended so far that the removal names is gone from the disk when it returns; how many rows that are. An
  // error: some may be gone, and it can be called again. Readers see the rows until then.
  Result<std::uint64_t> remove_rows(const RowRemoval& removal, std::stop_token stop = {});

  Status scan(const query::ScanRequest& request, query::RowSink& sink) const override;
  Result<std::vector<query::StreamPtr>> streams(std::span<const query::Matcher> matchers, Nanos start_ns,
                                                Nanos end_ns) const override;
  std::unique_ptr<query::TailSubscription> tail(
      std::vector<query::Matcher> matchers, std::vector<query::LineFilter> line_filters,
      std::function<void(const query::Stream&, const query::Row&)> on_row) override;

 private:
  struct Impl;
  explicit LogStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace oc::stores
