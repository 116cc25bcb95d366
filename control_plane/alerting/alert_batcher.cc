#include "control_plane/alerting/alert_batcher.h"

#include <algorithm>

namespace oc::control_plane {

void AlertBatcher::remember(const Alert& alert, Time now) {
  if (alert.status == AlertStatus::kResolved) {
    firing_.erase(alert.key);
    return;
  }
  if (firing_.size() >= kRememberedKeys && !firing_.contains(alert.key))
    firing_.erase(std::ranges::min_element(firing_, {}, [](const auto& entry) { return entry.second; }));
  firing_[alert.key] = now;
}

bool AlertBatcher::take(Alert alert, std::int64_t seq, Time now) {
  const auto told = firing_.find(alert.key);
  if (alert.status == AlertStatus::kResolved && told == firing_.end()) return false;
  if (alert.status == AlertStatus::kFiring && told != firing_.end() && now - told->second < times_.repeat) return false;
  remember(alert, now);
  group_for(alert, seq, now).alerts.push_back(std::move(alert));
  ++waiting_alerts_;
  return true;
}

AlertBatcher::Waiting& AlertBatcher::group_for(const Alert& alert, std::int64_t seq, Time now) {
  for (auto& group : waiting_)
    if (group.kind == alert.kind && group.status == alert.status) return group;
  auto due = now + times_.wait;
  if (const auto last = last_sent_.find({alert.kind, alert.status}); last != last_sent_.end())
    due = std::max(due, last->second + times_.interval);
  return waiting_.emplace_back(Waiting{alert.kind, alert.status, due, seq, {}});
}

std::optional<AlertGroup> AlertBatcher::take_due(Time now) {
  auto due = std::ranges::find_if(waiting_, [&](const auto& group) { return group.due <= now; });
  if (due == waiting_.end()) return std::nullopt;
  // Nobody hears of the end before the beginning: what waits longer of the same kind goes before.
  due = std::ranges::find(waiting_, due->kind, &Waiting::kind);
  auto alerts = std::move(due->alerts);
  last_sent_[{due->kind, due->status}] = now;
  waiting_.erase(due);
  waiting_alerts_ -= alerts.size();
  return alerts;
}

std::optional<AlertBatcher::Time> AlertBatcher::next_due() const {
  if (waiting_.empty()) return std::nullopt;
  return std::ranges::min(waiting_, {}, &Waiting::due).due;
}

std::int64_t AlertBatcher::settled(std::int64_t read) const {
  for (const auto& group : waiting_) read = std::min(read, group.first_seq - 1);
  return read;
}

}  // namespace oc::control_plane
