#include "stores/http/tail_client.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "query/logql/limits.h"
#include "stores/http/loki_json.h"
#include "stores/http/loki_tail.h"

namespace oc::stores {

namespace {

// Of rows for one client that reads slower than they arrive; beyond it they are dropped and reported as such.
constexpr std::size_t kMaxQueuedBytes = 4 << 20;
// Handed to the socket but not yet written: more would only hide that the client is slow.
constexpr std::size_t kMaxSocketBytes = 1 << 20;
constexpr std::size_t kMaxReportedDrops = 100;  // Loki names as many

}  // namespace

std::size_t TailClient::Waiting::bytes() const {
  std::size_t size = sizeof(Waiting) + line.size();
  for (const auto& [name, value] : stream.labels) size += name.size() + value.size();
  for (const auto& [name, value] : metadata) size += name.size() + value.size();
  return size;
}

TailClient::TailClient(TailService& service, TailRequest request, std::shared_ptr<http::WebSocketPeer> peer)
    : service_(service), request_(std::move(request)), peer_(std::move(peer)) {}

// The subscription comes first, so that no row falls between it and the scan.
Status TailClient::start() {
  started_ = true;
  if (!request_.query->is_log()) return permanent("only log selector is supported");
  OC_TRY_ASSIGN(auto pipeline, query::Pipeline::compile(log()));
  pipeline_ = std::make_unique<query::Pipeline>(std::move(pipeline));
  subscription_ =
      service_.reader().tail(pipeline_->matchers(), pipeline_->pushed_down(),
                             [this](const query::Stream& stream, const query::Row& row) { offer(stream, row); });
  return send_stored();
}

Status TailClient::send_stored() {
  query::QueryContext context{&service_.reader(), {service_.stop_token()}, {}};
  query::LogQuery query{.start_ns = request_.start_ns, .end_ns = service_.clock().wall_ns(), .limit = request_.limit};
  OC_TRY_ASSIGN(auto entries, query::run_log_query(context, log(), query));
  std::ranges::reverse(entries);
  for (const auto& entry : entries) sent_from_store_.emplace(entry.stream_id, entry.arrival);
  send(entries, {});
  return {};
}

void TailClient::offer(const query::Stream& stream, const query::Row& row) {
  Waiting waiting{stream, row.time_ns, row.arrival, std::string(row.line), {}, std::chrono::steady_clock::now()};
  for (const auto& [name, value] : row.metadata) waiting.metadata.emplace_back(name, value);
  {
    std::lock_guard lock(mutex_);
    if (queued_bytes_ + waiting.bytes() > kMaxQueuedBytes) {
      service_.dropped().add();
      if (dropped_.size() < kMaxReportedDrops) dropped_.push_back({row.time_ns, stream.labels});
      return;
    }
    queued_bytes_ += waiting.bytes();
    queue_.push_back(std::move(waiting));
  }
  service_.wake();
}

std::vector<TailClient::Waiting> TailClient::take_due(std::vector<Dropped>& dropped) {
  const auto due = std::chrono::steady_clock::now() - request_.delay;
  std::vector<Waiting> rows;
  std::lock_guard lock(mutex_);
  while (!queue_.empty() && queue_.front().received <= due) {
    queued_bytes_ -= queue_.front().bytes();
    rows.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  dropped = std::exchange(dropped_, {});
  return rows;
}

std::vector<query::LogEntry> TailClient::through_pipeline(std::vector<Waiting> rows) {
  std::ranges::sort(rows, {}, [](const Waiting& row) { return std::pair(row.time_ns, row.arrival); });
  std::vector<query::LogEntry> entries;
  for (const auto& row : rows) {
    if (sent_from_store_.contains({row.stream.id, row.arrival})) continue;
    const std::vector<query::LabelView> metadata(row.metadata.begin(), row.metadata.end());
    auto* line = pipeline_->run(row.stream, {row.time_ns, row.arrival, row.line, metadata});
    if (line == nullptr) continue;
    entries.push_back(
        {row.time_ns, row.arrival, row.stream.id, std::string(line->text), query::categorized(line->labels)});
  }
  return entries;
}

void TailClient::send_due() {
  if (peer_->queued_bytes() > kMaxSocketBytes) return;
  std::vector<Dropped> dropped;
  auto rows = take_due(dropped);
  if (rows.empty() && dropped.empty()) return;
  send(through_pipeline(std::move(rows)), dropped);
}

void TailClient::send(const std::vector<query::LogEntry>& entries, const std::vector<Dropped>& dropped) {
  if (entries.empty() && dropped.empty()) return;
  std::string message = "{\"streams\":";
  append_streams(message, entries, request_.flags.categorize_labels());
  if (!request_.flags.names.empty()) {
    message += ',';
    append_encoding_flags(message, request_.flags);
  }
  if (!dropped.empty()) {
    message += ",\"dropped_entries\":[";
    for (const auto& entry : dropped) {
      message += fmt::format("{{\"timestamp\":\"{}\",\"labels\":", entry.time_ns);
      append_labels(message, entry.labels);
      message += "},";
    }
    message.back() = ']';
  }
  peer_->send_text(message + "}");
}

}  // namespace oc::stores
