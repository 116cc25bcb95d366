// Deletes that delete: a request hides its rows from every reader at once, and after a while, in which it can be taken
// back, they are removed from the disk. Readers of logs read through this.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "stores/deletes/delete_request.h"
#include "stores/logs/log_store.h"

namespace oc::stores {

// Rows are hidden at once, so there is no hurry; a wrong selector is noticed within minutes.
inline constexpr Nanos kCancelPeriod = 3'600'000'000'000;
// Each one under way costs every query a look at each row.
inline constexpr std::size_t kMostPendingDeletes = 100;

struct LogDeletesOptions {
  std::filesystem::path directory;  // must exist
  bool background = true;           // false: run_due() is the caller's to call
};

// Thread-safe. All that is given must outlive it.
class LogDeletes final : public query::LogReader {
 public:
  static Result<std::unique_ptr<LogDeletes>> open(LogStore& store, LogDeletesOptions options,
                                                  FileSystem& files = posix_file_system(),
                                                  const Clock& clock = system_clock());
  ~LogDeletes() override;

  // Durable when it returns. Its id; an error: the query is none, there are too many, or the disk refuses (retryable).
  Result<std::string> add(std::string query, Nanos start_ns, Nanos end_ns);
  std::vector<DeleteRequest> list() const;  // the oldest first
  enum class Cancelled { kDone, kUnknown, kProcessed, kTooLate };
  Result<Cancelled> cancel(std::string_view id, bool force);  // `force`: although the rows may be going already
  // Removes the rows of requests that can no longer be taken back.
  Status run_due(std::stop_token stop = {});

  Status scan(const query::ScanRequest& request, query::RowSink& sink) const override;
  Result<std::vector<query::StreamPtr>> streams(std::span<const query::Matcher> matchers, Nanos start_ns,
                                                Nanos end_ns) const override;
  // Rows as they arrive, as in Loki also those that a request made before names.
  std::unique_ptr<query::TailSubscription> tail(
      std::vector<query::Matcher> matchers, std::vector<query::LineFilter> line_filters,
      std::function<void(const query::Stream&, const query::Row&)> on_row) override;

 private:
  LogDeletes(LogStore& store, LogDeletesOptions options, FileSystem& files, const Clock& clock)
      : store_(store), options_(std::move(options)), files_(files), clock_(clock) {}
  Status load();
  Status save(std::vector<DeleteRequest> requests);  // with mutex_ held
  Status remove_from_disk(const DeleteRequest& request, const std::stop_token& stop);
  std::filesystem::path file() const { return options_.directory / "DELETES"; }

  LogStore& store_;
  const LogDeletesOptions options_;
  FileSystem& files_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<DeleteRequest> requests_;
  std::jthread remover_;
};

}  // namespace oc::stores
