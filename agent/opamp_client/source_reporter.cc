#include "agent/opamp_client/source_reporter.h"

#include <algorithm>

namespace oc::agent {
namespace {

using namespace std::chrono_literals;
using contracts::opamp::CustomMessage;

constexpr auto kCoalesce = 100ms;  // DESIGN section 3: a burst of changes is one config
constexpr auto kAckTimeout = 10s;  // an acknowledgement that does not come: tell everything again

template <typename Message>
CustomMessage message(std::string_view type, const Message& content) {
  // `replace`: a path that is no UTF-8 must not throw here.
  return {std::string(contracts::kSourcesCapability), std::string(type),
          contracts::to_json(content).dump(-1, ' ', false, Json::error_handler_t::replace)};
}

}  // namespace

void SourceReporter::update(std::vector<model::DiscoveredLogSource> upserted, const std::vector<std::string>& removed) {
  complete_ = true;
  for (auto& source : upserted) {
    upserted_.insert(source.source_id);
    removed_.erase(source.source_id);
    sources_[source.source_id] = std::move(source);
  }
  for (const auto& id : removed) {
    upserted_.erase(id);
    if (sources_.erase(id) > 0) removed_.insert(id);
    ledger_.erase(id);
    ledger_due_.erase(id);
    collector_.erase(id);
    collector_due_.erase(id);
  }
  set_hash_.clear();
}

void SourceReporter::ledger(std::vector<contracts::LedgerEntry> entries) {
  for (auto& entry : entries) {
    if (!sources_.contains(entry.source_id)) continue;
    ledger_due_.insert(entry.source_id);
    ledger_[entry.source_id] = std::move(entry);
  }
}

void SourceReporter::collector(contracts::CollectorReport report) {
  left_out_due_ = left_out_due_ || report.left_out != left_out_;
  left_out_ = std::move(report.left_out);
  for (auto& source : report.sources) {
    if (!sources_.contains(source.source_id)) continue;
    collector_due_.insert(source.source_id);
    collector_[source.source_id] = std::move(source);
  }
}

void SourceReporter::resync() {
  snapshot_due_ = true;
  for (const auto& [id, entry] : ledger_) ledger_due_.insert(id);
  for (const auto& [id, report] : collector_) collector_due_.insert(id);
  left_out_due_ = !left_out_.empty();
}

void SourceReporter::acknowledged(std::uint64_t sequence) {
  acknowledged_ = std::max(acknowledged_, std::min(sequence, sequence_));
}

std::vector<CustomMessage> SourceReporter::take_due(Time now) {
  std::vector<CustomMessage> out;
  if (!complete_) return out;
  if (sequence_ > acknowledged_ && now >= last_sent_ + kAckTimeout) snapshot_due_ = true;
  if (snapshot_due_) {
    out.push_back(snapshot(now));
  } else if ((!upserted_.empty() || !removed_.empty()) && now >= last_sent_ + kCoalesce) {
    out.push_back(delta(now));
  }
  take_figures(out);
  return out;
}

std::optional<SourceReporter::Time> SourceReporter::next_due() const {
  if (!complete_) return std::nullopt;
  const bool ledger_is_due = std::ranges::any_of(ledger_due_, [&](const auto& id) { return !upserted_.contains(id); });
  if (snapshot_due_ || ledger_is_due || !collector_due_.empty() || left_out_due_) return Time();
  if (!upserted_.empty() || !removed_.empty()) return last_sent_ + kCoalesce;
  if (sequence_ > acknowledged_) return last_sent_ + kAckTimeout;
  return std::nullopt;
}

CustomMessage SourceReporter::snapshot(Time now) {
  contracts::SourcesSnapshot content;
  for (const auto& [id, source] : sources_) content.sources.push_back(source);
  set_hash_ = contracts::set_hash(content.sources);
  content.set_hash = set_hash_;
  content.sequence = ++sequence_;
  snapshot_due_ = false;
  upserted_.clear();
  removed_.clear();
  last_sent_ = now;
  return message("snapshot", content);
}

CustomMessage SourceReporter::delta(Time now) {
  contracts::SourcesDelta content;
  for (const auto& id : upserted_) content.upserted.push_back(sources_.at(id));
  content.removed.assign(removed_.begin(), removed_.end());
  set_hash_ = current_set_hash();
  content.set_hash = set_hash_;
  content.sequence = ++sequence_;
  upserted_.clear();
  removed_.clear();
  last_sent_ = now;
  return message("delta", content);
}

void SourceReporter::take_figures(std::vector<CustomMessage>& out) {
  contracts::SourcesLedger ledger;
  for (const auto& id : ledger_due_)
    if (!upserted_.contains(id)) ledger.files.push_back(ledger_.at(id));  // after the source itself is told
  std::erase_if(ledger_due_, [&](const std::string& id) { return !upserted_.contains(id); });
  if (!ledger.files.empty()) out.push_back(message("ledger", ledger));
  contracts::CollectorReport report;
  for (const auto& id : collector_due_) report.sources.push_back(collector_.at(id));
  collector_due_.clear();
  report.left_out = left_out_;
  const bool more_left_out = std::exchange(left_out_due_, false);
  if (!report.sources.empty() || more_left_out) out.push_back(message(contracts::kCollectorReportType, report));
}

std::string SourceReporter::current_set_hash() const {
  std::vector<model::DiscoveredLogSource> all;
  for (const auto& [id, source] : sources_) all.push_back(source);
  return contracts::set_hash(all);
}

std::optional<CustomMessage> SourceReporter::heartbeat() const {
  // With changes still to be told the hash would not match what the control plane can know.
  if (sequence_ == 0 || snapshot_due_ || set_hash_.empty()) return std::nullopt;
  return message("heartbeat", contracts::SourcesHeartbeat{sequence_, set_hash_});
}

}  // namespace oc::agent
