// From a request to durable rows: the WAL, the rotation of heads, and their sealing.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.h"
#include "stores/logs/file_system.h"
#include "stores/logs/group_commit.h"
#include "stores/logs/log_store.h"
#include "stores/logs/manifest.h"
#include "stores/logs/recovery.h"
#include "stores/logs/store_metrics.h"
#include "stores/logs/store_state.h"
#include "stores/logs/tail_subscriptions.h"
#include "stores/logs/wal.h"

namespace oc::stores {

// Thread-safe. Everything referred to outlives it.
class WritePath {
 public:
  struct Parts {
    FileSystem& files;
    const Clock& clock;
    ManifestFile& manifest;
    StreamRegistry& registry;
    StoreState& state;
    TailSubscriptions& tails;
    StoreMetrics& metrics;
  };
  WritePath(const LogStoreOptions& options, Parts parts, const Recovered& recovered);
  ~WritePath();  // commits what waits, seals what it can

  Status start();  // makes the first WAL file
  Status append(std::string record);
  Status seal_all();
  std::uint64_t take_file_id();
  // Waits for the next finished seal, at most `timeout`; false: there was none.
  bool wait_for_seal(std::chrono::milliseconds timeout);
  void wake_waiters();

 private:
  Status commit_group(std::span<PendingAppend* const> group);
  Status make_room();          // wal_mutex_ held
  Status wait_until_sealed();  // wal_mutex_ held
  Status rotate();             // wal_mutex_ held; nothing is being sealed
  void apply(std::vector<Committed> group);
  void seal_in_background(std::stop_token stop);
  Status seal_once(const SealingHead& sealing);
  Status record_seal(const SealingHead& sealing, const std::optional<PartEntry>& part);
  void remove_superseded_wals(std::uint64_t first_wal);

  const LogStoreOptions options_;
  Parts parts_;
  std::mutex wal_mutex_;  // one group or rotation at a time; taken before any other lock
  std::unique_ptr<WalWriter> wal_;
  std::uint64_t next_arrival_;
  bool head_has_frames_;  // also frames without rows: they carry ranges
  std::uint64_t oldest_wal_;

  std::mutex id_mutex_;
  std::uint64_t next_file_id_;

  std::mutex seal_mutex_;
  std::condition_variable seal_changed_;
  std::optional<Error> seal_error_;  // of the last attempt
  std::uint64_t seals_done_ = 0;
  bool stopping_ = false;

  std::jthread sealer_;
  std::unique_ptr<GroupCommit> commits_;
};

}  // namespace oc::stores
