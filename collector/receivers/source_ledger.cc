#include "collector/receivers/source_ledger.h"

#include "contracts/metric_names/metric_names.h"

namespace oc::collector {

namespace names = contracts::metric_names;

namespace {
// A reason or error is a label: short, and not a page of HTML that a proxy answered.
constexpr std::size_t kMaxLabelBytes = 200;
// Different reasons kept apart for one source; a sink that words each refusal differently shares the last.
constexpr std::size_t kMaxReasons = 16;
constexpr std::string_view kOtherReasons = "other";

std::string name(std::string_view view) { return std::string(view); }
}  // namespace

SourceLedger::SourceLedger(MetricRegistry& metrics, std::string source_id, std::string receiver)
    : metrics_(metrics), source_id_(std::move(source_id)) {
  read_bytes_ = metrics.counter(name(names::kSourceReadBytes), "Bytes of a source taken into records", labels());
  emitted_ = metrics.counter(name(names::kSourceEmitted), "Records of a source handed to the pipeline", labels());
  acknowledged_ =
      metrics.counter(name(names::kSourceAcknowledged), "Records of a source that all sinks took", labels());
  offset_ = metrics.gauge(name(names::kSourceAcknowledgedOffset),
                          "Bytes from the beginning of the source's newest file that are delivered", labels());
  // Two receivers never share an id, but one follows another: the counter stays.
  accepted_ = metrics.counter(name(names::kReceiverAccepted), "Records taken into the pipeline",
                              {{"receiver", std::move(receiver)}, {"transport", ""}});
}

// A series of its own only where it happens: there may be ten thousand sources.
void SourceLedger::open_failed() {
  if (!open_failures_)
    open_failures_ = metrics_.counter(name(names::kSourceOpenFailures),
                                      "Times a file that is there could not be opened; it is tried again", labels());
  open_failures_->add();
}

void SourceLedger::gone_unread() {
  if (!gone_unread_)
    gone_unread_ = metrics_.counter(name(names::kSourceGoneUnread),
                                    "Files that were deleted or renamed before they could be opened", labels());
  gone_unread_->add();
}

SourceLedger::~SourceLedger() {
  if (gone_unread_) metrics_.remove(name(names::kSourceGoneUnread), labels());
  if (open_failures_) metrics_.remove(name(names::kSourceOpenFailures), labels());
  for (const auto metric :
       {names::kSourceReadBytes, names::kSourceEmitted, names::kSourceAcknowledged, names::kSourceAcknowledgedOffset})
    metrics_.remove(name(metric), labels());
  for (const auto& [reason, counters] : dropped_)
    for (const auto metric : {names::kSourceDropped, names::kSourceLeftOutBytes})
      metrics_.remove(name(metric), {{"source_id", source_id_}, {"reason", reason}});
  last_error({});
}

void SourceLedger::read(std::uint64_t bytes, std::uint64_t records) {
  read_bytes_->add(bytes);
  emitted_->add(records);
  accepted_->add(records);
}

void SourceLedger::settled(std::uint64_t acknowledged, const std::vector<LeftOut>& left_out) {
  acknowledged_->add(acknowledged);
  for (const auto& part : left_out) {
    auto& dropped = dropped_for(part.reason);
    dropped.records->add(part.records);
    for (const auto& range : part.ranges) dropped.bytes->add(range.end - range.start);
  }
}

SourceLedger::Dropped& SourceLedger::dropped_for(std::string_view reason) {
  reason = reason.substr(0, kMaxLabelBytes);
  if (!dropped_.contains(reason) && dropped_.size() >= kMaxReasons) reason = kOtherReasons;
  auto& dropped = dropped_[std::string(reason)];
  if (dropped.records) return dropped;
  const MetricLabels with_reason{{"source_id", source_id_}, {"reason", std::string(reason)}};
  dropped.records =
      metrics_.counter(name(names::kSourceDropped), "Records of a source that were left out, and why", with_reason);
  dropped.bytes =
      metrics_.counter(name(names::kSourceLeftOutBytes), "Bytes of the records that were left out", with_reason);
  return dropped;
}

void SourceLedger::acknowledged_offset(std::uint64_t offset) { offset_->set(static_cast<double>(offset)); }

void SourceLedger::last_error(std::string_view error) {
  error = error.substr(0, kMaxLabelBytes);
  if (error == last_error_) return;
  const auto with_error = [&](std::string text) {
    return MetricLabels{{"source_id", source_id_}, {"error", std::move(text)}};
  };
  if (!last_error_.empty()) metrics_.remove(name(names::kSourceLastError), with_error(last_error_));
  last_error_ = error;
  if (!error.empty())
    metrics_.gauge(name(names::kSourceLastError), "Why a source's records are not delivered", with_error(last_error_))
        ->set(1);
}

}  // namespace oc::collector
