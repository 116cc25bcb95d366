#include "agent/supervisor/collector_runner.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <poll.h>

#include "agent/supervisor/collector_log.h"

namespace oc::agent {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto kStopGrace = 4s;  // `up` gives every role 5 s
constexpr auto kStartTime = 5s;  // for a new collector to answer, before it can be told to reload
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

Status CollectorRunner::start() {
  SpawnOptions spawn_options;
  spawn_options.arguments = with(options_.command, {"--config", options_.config_file.string()});
  spawn_options.log_file = options_.log_file.string();
  spawn_options.new_session = true;
  spawn_options.leave_group = true;  // the engine's socket is the agent's alone
  log_position_ = log_position(options_.log_file);
  failed_reloads_ = 0;
  answered_ = false;
  OC_TRY_ASSIGN(process_, CollectorProcess::start(spawn_options));
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
  return read_collector_metrics(response->body);
}

// A process that has not set up its signals yet would be killed by SIGHUP.
bool CollectorRunner::wait_until_it_answers() {
  const auto deadline = Steady::now() + kStartTime;
  while (!answered_ && !scrape() && Steady::now() < deadline && pause(kMostPoll)) {
  }
  return answered_;
}

Status CollectorRunner::reload() {
  if (!wait_until_it_answers()) return retryable("the collector does not answer");
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
