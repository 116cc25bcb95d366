#include "collector/exporters/otlp_http/stored_queue.h"

#include <atomic>

#include <fmt/format.h>

#include "base/log.h"
#include "collector/exporters/otlp_http/request.h"
#include "collector/pipeline/batch_split.h"
#include "collector/receivers/otlp/request_batches.h"

namespace oc::collector {

namespace {

// Below the largest value that the storage takes, 16 MiB.
constexpr std::size_t kMaxEntryBytes = 15 << 20;

}  // namespace

std::string StoredEntries::next(const std::string& prefix) {
  std::lock_guard lock(mutex_);
  // Above what an earlier process used, unless the clock went back: then claim() has told of the keys that are there.
  last_ = std::max(last_ + 1, static_cast<std::uint64_t>(system_clock().wall_ns()));
  auto key = fmt::format("{}{:016x}", prefix, last_);
  claimed_.insert(key);
  return key;
}

bool StoredEntries::claim(const std::string& key) {
  std::lock_guard lock(mutex_);
  const auto number = key.substr(key.rfind('/') + 1);
  last_ = std::max<std::uint64_t>(last_, std::strtoull(number.c_str(), nullptr, 16));
  return claimed_.insert(key).second;
}

void StoredEntries::release(const std::string& key) {
  std::lock_guard lock(mutex_);
  claimed_.erase(key);
}

// Of one entry, whose batches may be several. Released, not erased, when a batch is dropped unsettled.
class StoredQueue::Entry final : public DeliveryListener {
 public:
  Entry(std::shared_ptr<StoredQueue> queue, std::string key, std::size_t bytes, std::size_t batches)
      : queue_(std::move(queue)), key_(std::move(key)), bytes_(bytes), open_(batches) {}
  ~Entry() override {
    if (open_ > 0) queue_->entries_->release(key_);
  }
  void on_settled(const LogBatch&, std::uint64_t, std::string_view) override {
    if (--open_ == 0) queue_->erase(key_, bytes_);
  }
  void on_returned(LogBatchPtr) override {}  // it is in the storage, for the exporter that comes next
  void on_trouble(std::string_view) override {}

 private:
  const std::shared_ptr<StoredQueue> queue_;
  const std::string key_;
  const std::size_t bytes_;
  std::atomic<std::size_t> open_;
};

StoredQueue::StoredQueue(std::shared_ptr<Storage> storage, const ComponentId& exporter, const Host& host, Push push)
    : storage_(std::move(storage)),
      exporter_(exporter.text()),
      prefix_(fmt::format("queue/{}/", exporter_)),
      entries_(host.shared.get<StoredEntries>([] { return std::make_shared<StoredEntries>(); })),
      push_(std::move(push)) {
  const MetricLabels labels{{"exporter", exporter_}};
  metrics_ = {.bytes = host.metrics.gauge("onecollector_exporter_stored_bytes", "Of pushed data on disk", labels),
              .unreadable = host.metrics.counter("onecollector_exporter_unreadable_entries_total",
                                                 "Entries of the queue on disk that could not be read", labels),
              .too_large = host.metrics.counter("onecollector_exporter_too_large_entries_total",
                                                "Records too large for the queue on disk, held in memory", labels)};
}

bool StoredQueue::has_room() const {
  if (!storage_->takes_writes()) return false;
  std::lock_guard lock(mutex_);
  return bytes_ < kMaxStoredBytes;
}

bool StoredQueue::wait_until_stored(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return stored_.wait_for(lock, timeout, [&] { return pending_ == 0; });
}

void StoredQueue::count(std::ptrdiff_t bytes, int pending) {
  std::lock_guard lock(mutex_);
  bytes_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(bytes_) + bytes);
  pending_ += pending;
  metrics_.bytes->set(static_cast<double>(bytes_));
  if (pending_ == 0) stored_.notify_all();
}

void StoredQueue::store(LogBatchPtr batch) {
  auto encoded = encode_request({BatchPart::whole(batch)}, false).body;
  if (encoded.size() <= kMaxEntryBytes) return write(batch, std::move(encoded));
  if (batch->records.size() > 1) {
    auto [first, rest] = split_batch(batch, batch->records.size() / 2);
    store(std::move(first));
    return store(std::move(rest));
  }
  metrics_.too_large->add();
  log::warn("{}: a record of {} bytes is too large for the queue on disk; its sender waits until the sink has it",
            exporter_, encoded.size());
  push_(std::move(batch));
}

void StoredQueue::write(const LogBatchPtr& batch, std::string encoded) {
  const auto bytes = encoded.size();
  auto key = entries_->next(prefix_);
  count(static_cast<std::ptrdiff_t>(bytes), 1);
  std::vector<Storage::Write> writes;
  writes.push_back({key, std::move(encoded)});
  storage_->write(std::move(writes), [self = shared_from_this(), batch, key = std::move(key), bytes]() mutable {
    self->hand_on(batch, std::move(key), bytes);
  });
}

// The copy that is sent is the storage's; the one that came is done with.
void StoredQueue::hand_on(const LogBatchPtr& batch, std::string key, std::size_t bytes) {
  auto stored = part_of_batch(*batch, 0, batch->records.size());
  stored->stream = batch->stream;
  stored->stored = true;
  stored->listener = std::make_shared<Entry>(shared_from_this(), std::move(key), bytes, 1);
  push_(std::move(stored));
  batch->settle();
  count(0, -1);
}

void StoredQueue::recover() {
  std::size_t entries = 0;
  for (auto& [key, encoded] : storage_->read(prefix_)) {
    // What is behind "queue/otlp_http/" may be that of otlp_http/other.
    if (key.find('/', prefix_.size()) != std::string::npos || !entries_->claim(key)) continue;
    ++entries;
    read_entry(key, std::move(encoded));
  }
  if (entries > 0) log::info("{}: {} requests are still in the queue on disk and are sent now", exporter_, entries);
}

void StoredQueue::read_entry(const std::string& key, std::string encoded) {
  const auto bytes = encoded.size();
  count(static_cast<std::ptrdiff_t>(bytes), 0);
  auto batches = batches_of_request(std::move(encoded), exporter_, {});
  if (!batches) {
    metrics_.unreadable->add();
    log::error("{}: an entry of the queue on disk cannot be read and is left out: {}", exporter_,
               batches.error().text());
  }
  if (!batches || batches->empty()) return erase(key, bytes);
  const auto entry = std::make_shared<Entry>(shared_from_this(), key, bytes, batches->size());
  for (auto& batch : *batches) {
    batch->listener = entry;
    batch->stored = true;
    push_(std::move(batch));
  }
}

void StoredQueue::erase(const std::string& key, std::size_t bytes) {
  storage_->write({{key, std::nullopt}}, {});
  entries_->release(key);
  count(-static_cast<std::ptrdiff_t>(bytes), 0);
}

}  // namespace oc::collector
