#include "collector/processors/batch/batch_processor.h"

#include <utility>

#include <fmt/format.h>

#include "collector/pipeline/batch_split.h"

namespace oc::collector {

namespace {

constexpr std::int64_t kMostRecords = 1 << 30;
// What separates a missing key from an empty value.
constexpr const char* kNoValue = "\x01";

Result<std::shared_ptr<const ComponentConfig>> parse_batch(const ComponentId& id, const ConfigValue& value) {
  auto config = std::make_shared<BatchProcessorConfig>();
  ConfigReader reader(value, id.text());
  std::int64_t send_size = static_cast<std::int64_t>(config->send_size), max_size = 0, metadata_limit = 1000;
  reader.duration("timeout", config->timeout);
  reader.integer("send_batch_size", send_size, 0, kMostRecords);
  reader.integer("send_batch_max_size", max_size, 0, kMostRecords);
  reader.text_list("metadata_keys", config->metadata_keys);
  reader.integer("metadata_cardinality_limit", metadata_limit, 0, kMostRecords);
  if (max_size > 0 && max_size < send_size)
    reader.fail("send_batch_max_size", "'send_batch_max_size' must be greater than or equal to 'send_batch_size'");
  for (auto& key : config->metadata_keys)
    for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  auto sorted = config->metadata_keys;
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
    reader.fail("metadata_keys", fmt::format("'metadata_keys' names '{}' twice (case does not count)", *twice));
  OC_TRY(reader.finish());
  config->send_size = static_cast<std::size_t>(send_size);
  config->max_size = static_cast<std::size_t>(max_size);
  config->metadata_limit = static_cast<std::size_t>(metadata_limit);
  return config;
}

}  // namespace

BatchProcessor::BatchProcessor(ComponentId id, std::shared_ptr<const BatchProcessorConfig> config, const Host& host)
    : id_(std::move(id)), config_(std::move(config)) {
  const MetricLabels labels{{"processor", id_.text()}};
  by_size_ = host.metrics.counter("otelcol_processor_batch_batch_size_trigger_send",
                                  "Groups passed on because they were full", labels);
  by_timeout_ = host.metrics.counter("otelcol_processor_batch_timeout_trigger_send",
                                     "Groups passed on because of the timeout", labels);
}

Status BatchProcessor::start() {
  thread_ = std::jthread([this](const std::stop_token& stopping) { run(stopping); });
  return {};
}

void BatchProcessor::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  changed_.notify_all();
  thread_.join();
  flush();
}

BatchProcessor::Key BatchProcessor::key_of(const LogBatch& batch) const {
  Key key;
  for (const auto& name : config_->metadata_keys) {
    const auto found = batch.stream->metadata.find(name);
    key.push_back(found == batch.stream->metadata.end() ? kNoValue : found->second);
  }
  return key;
}

bool BatchProcessor::is_full(const Waiting& waiting) const {
  const auto size = config_->send_size > 0 ? config_->send_size : config_->max_size;
  return size > 0 && waiting.records >= size;
}

LogBatchPtr BatchProcessor::process(LogBatchPtr batch, const std::shared_ptr<LogConsumer>& rest) {
  std::vector<Outgoing> out;
  {
    std::lock_guard lock(mutex_);
    auto key = key_of(*batch);
    // Beyond the limit what comes is not refused, as the official one does; it is only not kept apart any more.
    if (config_->metadata_limit > 0 && waiting_.size() >= config_->metadata_limit && !waiting_.contains(key))
      key.assign(config_->metadata_keys.size(), kNoValue);
    auto& waiting = waiting_[key];
    if (waiting.rest != rest) take_all(waiting, out);
    if (waiting.batches.empty()) waiting.since = std::chrono::steady_clock::now();
    waiting.rest = rest;
    waiting.records += batch->records.size();
    waiting.batches.push_back(std::move(batch));
    while (is_full(waiting)) {
      by_size_->add();
      out.push_back(take_group(waiting));
    }
    if (config_->timeout.count() == 0) take_all(waiting, out);
  }
  changed_.notify_all();
  pass_on(std::move(out));
  return nullptr;
}

BatchProcessor::Outgoing BatchProcessor::take_group(Waiting& waiting) {
  std::vector<LogBatchPtr> group;
  const auto most = config_->max_size > 0 ? config_->max_size : waiting.records;
  std::size_t taken = 0, used = 0;
  while (used < waiting.batches.size() && taken < most) {
    auto& next = waiting.batches[used];
    if (next->records.size() > most - taken) {
      auto [first, rest] = split_batch(next, most - taken);
      next = std::move(rest);
      taken = most;
      group.push_back(std::move(first));
      break;
    }
    taken += next->records.size();
    group.push_back(std::move(next));
    ++used;
  }
  waiting.batches.erase(waiting.batches.begin(), waiting.batches.begin() + static_cast<std::ptrdiff_t>(used));
  waiting.records -= taken;
  waiting.since = std::chrono::steady_clock::now();
  return {waiting.rest, std::move(group)};
}

void BatchProcessor::take_all(Waiting& waiting, std::vector<Outgoing>& out) {
  while (!waiting.batches.empty()) out.push_back(take_group(waiting));
}

void BatchProcessor::pass_on(std::vector<Outgoing> groups) {
  for (auto& [rest, batches] : groups) {
    const auto group = std::make_shared<BatchGroup>();
    for (auto& batch : batches) {
      auto member = LogBatch::derive(std::move(batch));
      member->group = group;
      rest->consume(std::move(member));
    }
    group->complete = true;
  }
}

void BatchProcessor::run(const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  while (!stopping.stop_requested()) {
    auto next = std::chrono::steady_clock::time_point::max();
    std::vector<Outgoing> out;
    for (auto& [key, waiting] : waiting_) {
      if (waiting.batches.empty()) continue;
      const auto due = waiting.since + config_->timeout;
      if (due > std::chrono::steady_clock::now()) {
        next = std::min(next, due);
        continue;
      }
      by_timeout_->add();
      take_all(waiting, out);
    }
    std::erase_if(waiting_, [](const auto& entry) { return entry.second.batches.empty(); });
    if (!out.empty()) {
      lock.unlock();
      pass_on(std::move(out));
      lock.lock();
    } else if (next == std::chrono::steady_clock::time_point::max()) {
      changed_.wait(lock, stopping, [&] { return !waiting_.empty(); });
    } else {
      changed_.wait_until(lock, stopping, next, [] { return false; });
    }
  }
}

void BatchProcessor::flush() {
  std::vector<Outgoing> out;
  {
    std::lock_guard lock(mutex_);
    for (auto& [key, waiting] : waiting_) take_all(waiting, out);
    waiting_.clear();
  }
  pass_on(std::move(out));
}

ProcessorFactory batch_factory() {
  return {.type = "batch",
          .aliases = {},
          .parse = parse_batch,
          .make = [](const ComponentId& id, std::shared_ptr<const ComponentConfig> config,
                     const Host& host) -> std::shared_ptr<Processor> {
            return std::make_shared<BatchProcessor>(id, std::static_pointer_cast<const BatchProcessorConfig>(config),
                                                    host);
          }};
}

}  // namespace oc::collector
