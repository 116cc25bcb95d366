#include "collector/exporters/otlp_http/exporter.h"

#include <fmt/format.h>

#include "base/json.h"
#include "contracts/metric_names/metric_names.h"

namespace oc::collector {

namespace names = contracts::metric_names;

namespace {
// A sink that does not answer at once must not hold up the start; the checkpoint serves as well.
constexpr std::chrono::milliseconds kWatermarksTimeout{1'000};
// A cancel meets only a request that has begun; it is repeated until the senders have seen the stop.
constexpr std::chrono::milliseconds kCancelInterval{10};

SenderMetrics sender_metrics(const ComponentId& id, const Host& host) {
  const MetricLabels labels{{"exporter", id.text()}};
  const auto counter = [&](std::string_view name, const char* help) {
    return host.metrics.counter(std::string(name), help, labels);
  };
  return {.sent = counter(names::kExporterSent, "Records the sink took"),
          .failed = counter(names::kExporterSendFailed, "Records the sink refused for good, or that were given up"),
          .requests = counter("onecollector_exporter_requests_total", "Requests sent, retries included"),
          .retries = counter("onecollector_exporter_retries_total", "Requests that failed and were sent again")};
}
}  // namespace

OtlpHttpExporter::OtlpHttpExporter(ComponentId id, std::shared_ptr<const OtlpHttpConfig> config, const Host& host,
                                   std::shared_ptr<Storage> storage)
    : id_(std::move(id)),
      config_(std::move(config)),
      dead_letters_(storage ? storage->directory() : std::string(),
                    host.metrics.counter("onecollector_exporter_unkept_dead_letters_total",
                                         "Refused records that could not be written to the dead letters",
                                         {{"exporter", id_.text()}})),
      queue_(std::make_shared<BatchQueue>(config_->queue, config_->request)) {
  if (storage && !config_->storage.empty())
    stored_ = std::make_shared<StoredQueue>(std::move(storage), id_, host,
                                            [queue = queue_](LogBatchPtr batch) { queue->push(std::move(batch)); });
  const MetricLabels labels{{"exporter", id_.text()}};
  queue_size_ =
      host.metrics.gauge(std::string(names::kExporterQueueSize), "Batches taken and not delivered yet", labels);
  queue_capacity_ = host.metrics.gauge(std::string(names::kExporterQueueCapacity),
                                       "Bytes that may wait before receivers pause", labels);
  queue_capacity_->set(
      static_cast<double>(config_->queue.bytes > 0 ? config_->queue.bytes : BatchQueue::kMaxHeldBytes));
  for (int i = 0; i < config_->consumers; ++i)
    senders_.push_back(std::make_unique<Sender>(id_.text(), *config_, dead_letters_, sender_metrics(id_, host)));
}

Status OtlpHttpExporter::start() {
  std::lock_guard lock(mutex_);
  for (const auto& sender : senders_) {
    ++running_;
    threads_.emplace_back([this, &sender = *sender] { run(sender, stopping_.get_token()); });
  }
  if (stored_) stored_->recover();
  return {};
}

// What was read from files can be read again, and needs no place on disk.
void OtlpHttpExporter::consume(LogBatchPtr batch) {
  if (stored_ && batch->stream->pushed && !batch->stored) return stored_->store(std::move(batch));
  queue_->push(std::move(batch));
}

bool OtlpHttpExporter::drain(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  if (stored_ && !stored_->wait_until_stored(timeout)) return false;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return queue_->wait_until_empty(std::max(left, std::chrono::milliseconds(0)));
}

void OtlpHttpExporter::run(Sender& sender, const std::stop_token& stopping) {
  while (true) {
    const auto batches = queue_->take(stopping);
    if (batches.empty() || !sender.deliver(batches, stopping)) break;
    queue_->finished(batches);
    queue_size_->set(static_cast<double>(queue_->held_batches()));
  }
  std::lock_guard lock(mutex_);
  --running_;
  ended_.notify_all();
}

std::vector<LogBatchPtr> OtlpHttpExporter::stop() {
  stopping_.request_stop();
  {
    std::unique_lock lock(mutex_);
    while (running_ > 0) {
      for (const auto& sender : senders_) sender->cancel();
      ended_.wait_for(lock, kCancelInterval);
    }
  }
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  return queue_->take_back();
}

Result<std::vector<contracts::Watermark>> OtlpHttpExporter::watermarks(const std::vector<std::string>& source_ids) {
  std::vector<contracts::Watermark> none;
  if (config_->watermarks_url.empty()) return none;
  http::Client::Options options;
  options.connect_timeout = options.request_timeout = kWatermarksTimeout;
  for (const auto& [name, value] : config_->headers) options.headers.set(name, value);
  std::string url = config_->watermarks_url;
  for (const auto& id : source_ids)
    url += (url.find('?') == std::string::npos ? "?source_id=" : "&source_id=") + http::percent_encode(id);
  OC_TRY_ASSIGN(const auto response, http::Client(std::move(options)).get(url));
  if (response.status != 200) return retryable(fmt::format("{}: the sink answered {}", url, response.status));
  OC_TRY_ASSIGN(const Json json, parse_json(response.body));
  return contracts::watermarks_from_json(json);
}

ExporterFactory otlp_http_factory() {
  return {.type = "otlp_http",
          .aliases = {"otlphttp"},
          .parse = parse_otlp_http_config,
          .make = [](const ComponentId& id, std::shared_ptr<const ComponentConfig> config, const Host& host,
                     std::shared_ptr<Storage> storage) -> std::shared_ptr<Exporter> {
            return std::make_shared<OtlpHttpExporter>(id, std::static_pointer_cast<const OtlpHttpConfig>(config), host,
                                                      std::move(storage));
          }};
}

}  // namespace oc::collector
