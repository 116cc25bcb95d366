// The collector as the supervisor handles it: start, stop, reload, read its metrics, wait for a config to run. Used by
// one thread; waiting ends early when `stopping` becomes true.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/supervisor/collector_metrics.h"
#include "agent/supervisor/collector_process.h"
#include "agent/supervisor/exporter_trouble.h"
#include "base/http/client.h"

namespace oc::agent {

class CollectorRunner {
 public:
  struct Options {
    std::vector<std::string> command;  // program and first arguments
    std::filesystem::path config_file, log_file;
    std::string metrics_url;
    std::string token;  // may be empty
    bool official = false;
  };
  CollectorRunner(Options options, std::optional<CollectorProcess> adopted, const std::atomic<bool>& stopping);

  bool has_process() const { return process_.has_value(); }  // also one that ended and was not reaped yet
  bool has_ended() const { return process_ && process_->has_ended(); }
  int exit_fd() const { return process_ ? process_->exit_fd() : -1; }
  pid_t pid() const { return process_ ? process_->pid() : 0; }

  Status start(const std::string& config_hash);
  // After has_ended(): how, and what it said last.
  std::string reap();
  void stop();

  // nullopt: it does not answer.
  std::optional<CollectorMetrics> scrape();
  // The same with what the log says of sources' trouble; for reports.
  std::optional<CollectorMetrics> figures();
  // Makes the running process take its config file up again, once it is able to.
  Status reload(const std::string& config_hash);
  // Errors: it ended, it said that it refused, or time is up.
  Status wait_for_config(const std::string& hash, std::chrono::milliseconds time);
  // What the collector said since the last start() or reload().
  std::string words() const;

 private:
  SpawnOptions spawn_options() const;
  Status write_hash(const std::string& config_hash) const;
  std::filesystem::path hash_file() const { return options_.config_file.string() + ".hash"; }
  bool wait_until_it_answers();
  bool pause(std::chrono::milliseconds time) const;

  const Options options_;
  const std::atomic<bool>& stopping_;
  std::optional<CollectorProcess> process_;
  http::Client client_;
  bool answered_ = false;  // since its start
  std::chrono::steady_clock::time_point started_at_;
  std::uint64_t log_position_ = 0;
  std::uint64_t trouble_position_ = 0;  // of the log, up to which it was searched for trouble
  ExporterTrouble trouble_;
  std::uint64_t failed_reloads_ = 0;  // before the last start() or reload()
};

}  // namespace oc::agent
