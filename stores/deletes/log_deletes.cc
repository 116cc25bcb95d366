#include "stores/deletes/log_deletes.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/log.h"
#include "stores/deletes/deleted_rows.h"

namespace oc::stores {

namespace {

constexpr std::chrono::minutes kLookEvery{1};
constexpr std::size_t kMostDeletesBytes = 16 << 20;
// Requests that are done are listed for so long.
constexpr Nanos kListProcessedFor = 30 * 24 * kCancelPeriod;

// Hands on what no request names.
class HidingSink final : public query::RowSink {
 public:
  HidingSink(std::vector<DeletedRows> deleted, query::RowSink& sink) : deleted_(std::move(deleted)), sink_(sink) {}

  bool takes_batches() const override { return sink_.takes_batches(); }
  Result<bool> batch(query::RowBatch& batch) override {
    return concerns(batch.stream()) ? RowSink::batch(batch) : sink_.batch(batch);
  }
  bool takes_whole(const query::Stream& stream, Nanos first_ns, Nanos last_ns, std::uint64_t rows,
                   std::uint64_t bytes) override {
    return !concerns(stream) && sink_.takes_whole(stream, first_ns, last_ns, rows, bytes);
  }
  bool rows(const query::Stream& stream, std::span<const query::Row> rows) override {
    std::vector<DeletedRows*> concerned;
    for (auto& deleted : deleted_) {
      if (deleted.names(stream.labels)) concerned.push_back(&deleted);
    }
    if (concerned.empty()) return sink_.rows(stream, rows);
    const auto is_deleted = [&](const query::Row& row) {
      return std::ranges::any_of(concerned, [&](auto* deleted) { return deleted->names(stream, row); });
    };
    left_.clear();
    std::ranges::remove_copy_if(rows, std::back_inserter(left_), is_deleted);
    return left_.empty() || sink_.rows(stream, left_);
  }
  bool wants(Nanos first_ns, Nanos last_ns) const override { return sink_.wants(first_ns, last_ns); }

 private:
  bool concerns(const query::Stream& stream) const {
    return std::ranges::any_of(deleted_, [&](const DeletedRows& deleted) { return deleted.names(stream.labels); });
  }

  std::vector<DeletedRows> deleted_;
  query::RowSink& sink_;
  std::vector<query::Row> left_;
};

}  // namespace

Result<std::unique_ptr<LogDeletes>> LogDeletes::open(LogStore& store, LogDeletesOptions options, FileSystem& files,
                                                     const Clock& clock) {
  std::unique_ptr<LogDeletes> deletes(new LogDeletes(store, std::move(options), files, clock));
  OC_TRY(deletes->load());
  if (deletes->options_.background) {
    deletes->remover_ = std::jthread([raw = deletes.get()](const std::stop_token& stop) {
      std::mutex mutex;
      std::condition_variable_any woken;
      while (!stop.stop_requested()) {
        if (auto done = raw->run_due(stop); !done) log::warn("deletes: {}", done.error().text());
        std::unique_lock lock(mutex);
        woken.wait_for(lock, stop, kLookEvery, [] { return false; });
      }
    });
  }
  return deletes;
}

LogDeletes::~LogDeletes() = default;

Status LogDeletes::load() {
  OC_TRY_ASSIGN(const auto names, files_.list(options_.directory));
  if (std::ranges::find(names, file().filename().string()) == names.end()) return {};
  OC_TRY_ASSIGN(const auto opened, files_.open(file()));
  OC_TRY_ASSIGN(const auto bytes, opened->read(0, kMostDeletesBytes));
  OC_TRY_ASSIGN(requests_, decode_deletes(bytes));
  return {};
}

Status LogDeletes::save(std::vector<DeleteRequest> requests) {
  OC_TRY(replace_file(files_, file(), encode_deletes(requests)));
  requests_ = std::move(requests);
  return {};
}

Result<std::string> LogDeletes::add(std::string query, Nanos start_ns, Nanos end_ns) {
  DeleteRequest request{random_hex(8), std::move(query), start_ns, end_ns, clock_.wall_ns()};
  OC_TRY(DeletedRows::compile(request));
  const std::scoped_lock lock(mutex_);
  if (std::ranges::count(requests_, false, &DeleteRequest::processed) >=
      static_cast<std::ptrdiff_t>(kMostPendingDeletes))
    return permanent(fmt::format("{} delete requests are under way, no more are taken", kMostPendingDeletes));
  auto requests = requests_;
  requests.push_back(request);
  OC_TRY(save(std::move(requests)));
  return request.id;
}

std::vector<DeleteRequest> LogDeletes::list() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

Result<LogDeletes::Cancelled> LogDeletes::cancel(std::string_view id, bool force) {
  const std::scoped_lock lock(mutex_);
  auto requests = requests_;
  const auto found = std::ranges::find(requests, id, &DeleteRequest::id);
  if (found == requests.end()) return Cancelled::kUnknown;
  if (found->processed) return Cancelled::kProcessed;
  if (!force && clock_.wall_ns() > found->created_ns + kCancelPeriod) return Cancelled::kTooLate;
  requests.erase(found);
  OC_TRY(save(std::move(requests)));
  return Cancelled::kDone;
}

Status LogDeletes::run_due(std::stop_token stop) {
  const auto now_ns = clock_.wall_ns();
  for (const auto& request : list()) {
    if (stop.stop_requested()) return {};
    if (!request.processed && now_ns > request.created_ns + kCancelPeriod) OC_TRY(remove_from_disk(request, stop));
  }
  const std::scoped_lock lock(mutex_);
  auto requests = requests_;
  const auto forgotten = std::erase_if(requests, [&](const DeleteRequest& request) {
    return request.processed && now_ns > request.created_ns + kListProcessedFor;
  });
  return forgotten == 0 ? Status{} : save(std::move(requests));
}

Status LogDeletes::remove_from_disk(const DeleteRequest& request, const std::stop_token& stop) {
  OC_TRY_ASSIGN(auto deleted, DeletedRows::compile(request));
  const RowRemoval removal{
      .concerns = [&](const query::Stream& stream, Nanos first_ns,
                      Nanos last_ns) { return deleted.overlaps(first_ns, last_ns) && deleted.names(stream.labels); },
      .removes = [&](const query::Stream& stream,
                     const query::Row& row) { return deleted.names(stream.labels) && deleted.names(stream, row); }};
  OC_TRY_ASSIGN(const auto rows, store_.remove_rows(removal, stop));
  log::info("deletes: {} rows of request {} are gone", rows, request.id);
  const std::scoped_lock lock(mutex_);
  auto requests = requests_;
  const auto found = std::ranges::find(requests, request.id, &DeleteRequest::id);
  if (found == requests.end()) return {};  // taken back by force meanwhile
  found->processed = true;
  return save(std::move(requests));
}

Status LogDeletes::scan(const query::ScanRequest& request, query::RowSink& sink) const {
  std::vector<DeletedRows> deleted;
  for (const auto& pending : list()) {
    if (pending.processed) continue;
    OC_TRY_ASSIGN(auto compiled, DeletedRows::compile(pending));
    if (compiled.overlaps(request.start_ns, request.end_ns - 1)) deleted.push_back(std::move(compiled));
  }
  if (deleted.empty()) return store_.scan(request, sink);
  HidingSink hiding(std::move(deleted), sink);
  query::ScanRequest whole = request;
  whole.needs_lines = whole.needs_metadata = true;
  whole.metadata_names.reset();
  return store_.scan(whole, hiding);
}

Result<std::vector<query::StreamPtr>> LogDeletes::streams(std::span<const query::Matcher> matchers, Nanos start_ns,
                                                          Nanos end_ns) const {
  return store_.streams(matchers, start_ns, end_ns);
}

std::unique_ptr<query::TailSubscription> LogDeletes::tail(
    std::vector<query::Matcher> matchers, std::vector<query::LineFilter> line_filters,
    std::function<void(const query::Stream&, const query::Row&)> on_row) {
  return store_.tail(std::move(matchers), std::move(line_filters), std::move(on_row));
}

}  // namespace oc::stores
