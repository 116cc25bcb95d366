// One sender of an otlp_http exporter: delivers batches over its own connection, tries again while that may help, and
// finds the records that a sink refuses. Used from its own thread, cancel() apart.
#pragma once

#include <atomic>
#include <memory>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "base/http/client.h"
#include "base/metrics.h"
#include "collector/exporters/otlp_http/config.h"
#include "collector/exporters/otlp_http/dead_letters.h"
#include "collector/exporters/otlp_http/request.h"

namespace oc::collector {

struct SenderMetrics {
  std::shared_ptr<Counter> sent, failed, requests, retries;
};

class Sender {
 public:
  Sender(std::string name, const OtlpHttpConfig& config, DeadLetters& dead_letters, SenderMetrics metrics);

  // True: all batches are settled. False: told to stop; they are not, though the sink may hold some of their records.
  bool deliver(const std::vector<LogBatchPtr>& batches, const std::stop_token& stopping);
  // From any thread: ends the request under way, if there is one.
  void cancel() { client_.cancel(); }

 private:
  enum class Verdict { kDelivered, kRefused, kGivenUp, kStopped };
  struct Answer {
    Verdict verdict = Verdict::kDelivered;
    std::string reason;
  };
  struct Attempt {
    enum class Result { kDelivered, kRefused, kAgain } result = Result::kDelivered;
    std::string reason;
    Duration retry_after{};
  };
  // Records left out, and why, by batch.
  struct Losses;
  bool remembers_ranges() const { return !config_.watermarks_url.empty(); }
  // A request holds either what was read from files or what was pushed, which has no ranges.
  bool tells_ranges(const RequestParts& parts) const { return remembers_ranges() && !parts[0].batch->stream->pushed; }

  bool deliver_parts(const RequestParts& parts, Losses& losses, const std::stop_token& stopping);
  bool tell_of_losses(const Losses& losses, const std::stop_token& stopping);
  Answer send_until_answered(const RequestParts& parts, const std::stop_token& stopping);
  Attempt send_once(const RequestParts& parts);
  Attempt judge(const http::Response& response, std::size_t records) const;
  void report_trouble(const RequestParts& parts, const std::string& reason);

  const std::string name_;
  const OtlpHttpConfig& config_;
  DeadLetters& dead_letters_;
  const SenderMetrics metrics_;
  http::Client client_;
  std::minstd_rand seeds_{std::random_device{}()};  // of the waiting times' jitter
  LogRateLimit trouble_limit_;
  bool trouble_logged_ = false;
};

}  // namespace oc::collector
