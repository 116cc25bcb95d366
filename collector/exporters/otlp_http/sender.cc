#include "collector/exporters/otlp_http/sender.h"

#include <charconv>
#include <condition_variable>
#include <mutex>
#include <random>
#include <unordered_map>

#include <fmt/format.h>

#include "base/log.h"
#include "collector/exporters/otlp_http/retry_backoff.h"

namespace oc::collector {

namespace {

constexpr std::chrono::seconds kConnectTimeout{5};
// A sink's explanation goes into logs and labels.
constexpr std::size_t kMaxReasonBytes = 300;
// Longer wishes are a mistake of the sink's; it is asked again after this.
constexpr std::chrono::minutes kMaxRetryAfter{5};

// Statuses that say something about these records. All others are about the sink, the path to it or our rights, and
// trying again keeps the data (the official exporter drops it on 401, 403, 404 and 500).
bool refuses_content(int status) { return status == 400 || status == 413 || status == 415 || status == 422; }

Duration retry_after(const http::Response& response) {
  const auto value = response.headers.get("Retry-After").value_or("");
  int seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc() || seconds < 0) return {};
  return std::min<Duration>(std::chrono::seconds(seconds), kMaxRetryAfter);
}

std::string reason_of(const http::Response& response) {
  std::string text = response.body.substr(0, kMaxReasonBytes);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F) c = ' ';  // protobuf answers
  return fmt::format("the sink answered {}{}{}", response.status, text.empty() ? "" : ": ", text);
}

bool sleep_unless_stopped(Duration wait, const std::stop_token& stopping) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stopping, wait, [] { return false; });
  return !stopping.stop_requested();
}

http::Client::Options client_options(const OtlpHttpConfig& config) {
  http::Client::Options options;
  options.connect_timeout = std::min(std::chrono::duration_cast<std::chrono::milliseconds>(config.timeout),
                                     std::chrono::milliseconds(kConnectTimeout));
  options.request_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(config.timeout);
  options.max_response_bytes = 1 << 20;  // answers to writes are short
  const bool json = config.encoding == RequestEncoding::kJson;
  options.headers = {{"Content-Type", json ? "application/json" : "application/x-protobuf"}};
  if (!config.content_coding.empty()) options.headers.set("Content-Encoding", config.content_coding);
  options.ca_file = config.ca_file;
  for (const auto& [name, value] : config.headers) options.headers.set(name, value);
  return options;
}

}  // namespace

struct Sender::Losses {
  std::unordered_map<const LogBatch*, std::vector<LeftOut>> by_batch;
  RequestParts refused;  // by the sink, which answers
  void add(const BatchPart& part, const std::string& reason) {
    if (part.count == 0) return;
    auto& losses = by_batch[part.batch.get()];
    if (losses.empty() || losses.back().reason != reason) losses.push_back({reason, 0, {}});
    losses.back().records += part.count;
    const auto carried = part.carried();
    losses.back().ranges.insert(losses.back().ranges.end(), carried.ranges().begin(), carried.ranges().end());
  }
};

Sender::Sender(std::string name, const OtlpHttpConfig& config, DeadLetters& dead_letters, SenderMetrics metrics)
    : name_(std::move(name)),
      config_(config),
      dead_letters_(dead_letters),
      metrics_(std::move(metrics)),
      client_(client_options(config)) {}

bool Sender::deliver(const std::vector<LogBatchPtr>& batches, const std::stop_token& stopping) {
  RequestParts parts;
  for (const auto& batch : batches)
    // Without records there is nothing to tell a sink that does not remember ranges.
    if (!batch->records.empty() || (remembers_ranges() && !batch->stream->pushed))
      parts.push_back(BatchPart::whole(batch));
  Losses losses;
  if (!parts.empty() && !deliver_parts(parts, losses, stopping)) return false;
  if (!losses.refused.empty() && tells_ranges(losses.refused) && !tell_of_losses(losses, stopping)) return false;
  for (const auto& batch : batches) batch->settle(std::move(losses.by_batch[batch.get()]));
  return true;
}

// The sink remembers that these bytes were left out; should they be read again, it takes them. One that refuses this,
// too, is the wrong address: then only the collector's floors know.
bool Sender::tell_of_losses(const Losses& losses, const std::stop_token& stopping) {
  RequestParts told = losses.refused;
  for (auto& part : told) part.refused = true;
  std::vector<RequestParts> requests{std::move(told)};
  while (!requests.empty()) {
    const RequestParts parts = std::move(requests.back());
    requests.pop_back();
    if (delivery_bytes(parts) > contracts::kMaxDeliveryHeaderBytes && parts.size() > 1) {
      auto [left, right] = split_request(parts);
      requests.push_back(std::move(left));
      requests.push_back(std::move(right));
    } else if (const auto answer = send_until_answered(parts, stopping); answer.verdict == Verdict::kStopped) {
      return false;
    } else if (answer.verdict != Verdict::kDelivered) {
      return true;
    }
  }
  return true;
}

// A refused request is cut in halves until the records are found that the sink does not take.
bool Sender::deliver_parts(const RequestParts& parts, Losses& losses, const std::stop_token& stopping) {
  if (tells_ranges(parts) && delivery_bytes(parts) > contracts::kMaxDeliveryHeaderBytes)
    if (const auto halves = split_header(parts))
      return deliver_parts(halves->first, losses, stopping) && deliver_parts(halves->second, losses, stopping);
  const auto answer = send_until_answered(parts, stopping);
  if (answer.verdict == Verdict::kStopped) return false;
  if (answer.verdict == Verdict::kDelivered) return true;
  const bool single = parts.size() == 1 && parts[0].count <= 1;
  if (answer.verdict == Verdict::kGivenUp || single) {
    metrics_.failed->add(record_count(parts));
    for (const auto& part : parts) losses.add(part, answer.reason);
    if (answer.verdict == Verdict::kRefused && parts[0].count > 0)
      losses.refused.insert(losses.refused.end(), parts.begin(), parts.end());
    if (single && parts[0].count == 1) dead_letters_.keep(*parts[0].batch, parts[0].first, answer.reason);
    return true;
  }
  const auto [left, right] = split_request(parts);
  return deliver_parts(left, losses, stopping) && deliver_parts(right, losses, stopping);
}

Sender::Answer Sender::send_until_answered(const RequestParts& parts, const std::stop_token& stopping) {
  RetryBackoff backoff(config_.retry, std::chrono::steady_clock::now(), seeds_());
  while (!stopping.stop_requested()) {
    const auto attempt = send_once(parts);
    if (attempt.result == Attempt::Result::kRefused) return {Verdict::kRefused, attempt.reason};
    if (attempt.result == Attempt::Result::kDelivered) {
      if (!parts[0].refused) metrics_.sent->add(record_count(parts));
      if (std::exchange(trouble_logged_, false)) log::info("{}: the sink takes records again", name_);
      return {};
    }
    if (stopping.stop_requested()) break;
    const auto wait = backoff.next(std::chrono::steady_clock::now(), attempt.retry_after);
    if (!wait) {
      log::error("{}: gave up {} records after {}: {}", name_, record_count(parts),
                 config_.retry.enabled ? "max_elapsed_time" : "one attempt", attempt.reason);
      return {Verdict::kGivenUp, attempt.reason};
    }
    report_trouble(parts, attempt.reason);
    metrics_.retries->add();
    if (!sleep_unless_stopped(*wait, stopping)) break;
  }
  return {Verdict::kStopped, {}};
}

Sender::Attempt Sender::send_once(const RequestParts& parts) {
  auto encoded = encode_request(parts, tells_ranges(parts), config_.encoding);
  auto body = compress(std::move(encoded.body), config_.compression, config_.compression_level);
  if (!body) return {Attempt::Result::kAgain, body.error().text(), {}};
  http::Request request;
  request.method = "POST";
  request.body = std::move(*body);
  if (!encoded.delivery.empty()) request.headers.set(contracts::kDeliveryHeader, std::move(encoded.delivery));
  metrics_.requests->add();
  const auto response = client_.send(config_.logs_url, std::move(request));
  if (!response) return {Attempt::Result::kAgain, response.error().message, {}};
  return judge(*response, record_count(parts));
}

Sender::Attempt Sender::judge(const http::Response& response, std::size_t records) const {
  if (response.status / 100 == 2) {
    // ExportLogsServiceResponse is empty unless the sink has something to say (partial_success).
    if (response.body.size() > 2 &&
        response.headers.get("Content-Type").value_or("").starts_with("application/x-protobuf"))
      log::warn("{}: the sink took a request of {} records with a remark: {}", name_, records, reason_of(response));
    return {};
  }
  if (refuses_content(response.status)) return {Attempt::Result::kRefused, reason_of(response), {}};
  return {Attempt::Result::kAgain, reason_of(response), retry_after(response)};
}

void Sender::report_trouble(const RequestParts& parts, const std::string& reason) {
  if (std::uint64_t unsaid = 0; trouble_limit_.allow(std::chrono::steady_clock::now(), unsaid)) {
    log::warn("{}: {}; trying again", name_, reason);
    trouble_logged_ = true;
  }
  DeliveryListener* last = nullptr;
  for (const auto& part : parts)
    if (std::exchange(last, part.batch->listener.get()) != part.batch->listener.get())
      part.batch->listener->on_trouble(reason);
}

}  // namespace oc::collector
