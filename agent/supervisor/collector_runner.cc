#include "agent/supervisor/collector_runner.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <poll.h>

#include "agent/supervisor/collector_log.h"
#include "agent/supervisor/official_metrics.h"

namespace oc::agent {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto kStopGrace = 4s;  // `up` gives every role 5 s
constexpr auto kStartTime = 5s;  // for a new collector to answer, before it can be told to reload
// An official collector answers before it listens to signals, and SIGHUP would end it; in its code they are one step
// apart.
constexpr auto kOfficialSignalsTime = 1s;
constexpr std::chrono::milliseconds kFirstPoll{10}, kMostPoll{50};  // doubling between

std::vector<std::string> with(std::vector<std::string> command, std::initializer_list<std::string> more) {
  command.insert(command.end(), more);
  return command;
}

http::Client::Options client_options(const std::string& token) {
  http::Client::Options options;
  options.connect_timeout = options.request_timeout = 2s;
  if (!token.empty()) options.headers.set("Authorization", "Bearer " + token);
  return options;
}

}  // namespace

CollectorRunner::CollectorRunner(Options options, std::optional<CollectorProcess> adopted,
                                 const std::atomic<bool>& stopping)
    : options_(std::move(options)),
      stopping_(stopping),
      process_(std::move(adopted)),
      client_(client_options(options_.token)) {}

SpawnOptions CollectorRunner::spawn_options() const {
  SpawnOptions spawned;
  spawned.arguments = with(options_.command, {"--config", options_.config_file.string()});
  if (options_.official) spawned.arguments = with(spawned.arguments, {"--config", hash_file().string()});
  spawned.log_file = options_.log_file.string();
  spawned.new_session = true;
  spawned.leave_groups = true;  // the engine's socket is the agent's alone
  spawned.ends_with_its_starter = options_.official;
  return spawned;
}

// A second config beside the first, merged over it: the hash comes back as a label of the collector's metrics, which
// is how an official collector shows what it runs.
Status CollectorRunner::write_hash(const std::string& config_hash) const {
  if (!options_.official) return {};
  return write_file_atomic(
      hash_file(),
      fmt::format("service: {{telemetry: {{resource: {{{}: \"{}\"}}}}}}\n", kConfigHashAttribute, config_hash), 0600);
}

Status CollectorRunner::start(const std::string& config_hash) {
  OC_TRY(write_hash(config_hash));
  log_position_ = trouble_position_ = log_position(options_.log_file);
  failed_reloads_ = 0;
  answered_ = false;
  started_at_ = Steady::now();
  OC_TRY_ASSIGN(process_, CollectorProcess::start(spawn_options()));
  return {};
}

std::string CollectorRunner::reap() {
  const std::string said = words();
  std::string how = process_->exit_text();
  process_.reset();
  return fmt::format("the collector {}{}{}", how, said.empty() ? "" : ": ", said);
}

void CollectorRunner::stop() {
  if (process_) process_->stop(kStopGrace);
  process_.reset();
}

std::optional<CollectorMetrics> CollectorRunner::scrape() {
  const auto response = client_.get(options_.metrics_url);
  if (!response || response->status != 200) return std::nullopt;
  answered_ = true;
  return options_.official ? read_official_metrics(response->body) : read_collector_metrics(response->body);
}

std::optional<CollectorMetrics> CollectorRunner::figures() {
  auto metrics = scrape();
  if (!metrics || !options_.official) return metrics;
  const auto end = log_position(options_.log_file);
  trouble_.note(metrics->exporters, log_between(options_.log_file, std::exchange(trouble_position_, end), end));
  for (auto& source : metrics->report.sources) source.last_error = trouble_.text();
  return metrics;
}

// A process that has not set up its signals yet would be killed by SIGHUP.
bool CollectorRunner::wait_until_it_answers() {
  const auto deadline = Steady::now() + kStartTime;
  while (!answered_ && !scrape() && Steady::now() < deadline && pause(kMostPoll)) {
  }
  while (options_.official && Steady::now() < started_at_ + kOfficialSignalsTime && pause(kMostPoll)) {
  }
  return answered_;
}

Status CollectorRunner::reload(const std::string& config_hash) {
  if (!wait_until_it_answers()) return retryable("the collector does not answer");
  OC_TRY(write_hash(config_hash));
  const auto before = scrape();
  failed_reloads_ = before ? before->failed_reloads : 0;
  log_position_ = log_position(options_.log_file);
  return process_->reload();
}

Status CollectorRunner::wait_for_config(const std::string& hash, std::chrono::milliseconds time) {
  const auto deadline = Steady::now() + time;
  for (auto step = kFirstPoll;; step = std::min(step * 2, kMostPoll)) {
    if (const auto metrics = scrape()) {
      if (metrics->config_hashes.contains(hash)) return {};
      if (metrics->failed_reloads > failed_reloads_) return permanent("the collector refused the config");
    }
    if (Steady::now() + step > deadline) break;
    if (!pause(step)) return retryable(stopping_ ? "the agent is stopping" : "the collector ended");
  }
  return retryable(fmt::format("the collector did not run the config within {} ms", time.count()));
}

// False: there is nothing left to wait for.
bool CollectorRunner::pause(std::chrono::milliseconds time) const {
  if (!process_ || stopping_) return false;
  pollfd ended{process_->exit_fd(), POLLIN, 0};
  return ::poll(&ended, 1, static_cast<int>(time.count())) == 0 && !stopping_;
}

std::string CollectorRunner::words() const { return last_words(options_.log_file, log_position_); }

}  // namespace oc::agent
