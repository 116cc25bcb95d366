#include "control_plane/verification/delivery_events.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/log.h"

namespace oc::control_plane {

namespace {

constexpr const char* kNotDelivered = "source_not_delivered";
constexpr const char* kDelivered = "source_delivered";
constexpr std::size_t kPage = 1'000;  // events read at once

std::string common_host(const std::vector<const TurnedSource*>& sources) {
  const bool one = std::ranges::all_of(sources, [&](const auto* s) { return s->host == sources.front()->host; });
  return one ? sources.front()->host : "";
}

}  // namespace

void DeliveryEvents::schedule(Time now) {
  if (bus_ == nullptr || due_) return;
  due_ = now + kGatherTurns;
  if (last_flush_) due_ = std::max(*due_, *last_flush_ + kBetweenTurns);
}

void DeliveryEvents::failed(TurnedSource source, Time now) {
  if (bus_ == nullptr) return;
  recovered_.erase(source.source_id);
  if (subject_of_.contains(source.source_id)) return;  // told, and not over
  auto id = source.source_id;
  failed_.insert_or_assign(std::move(id), std::move(source));
  schedule(now);
}

void DeliveryEvents::recovered(TurnedSource source, Time now) {
  if (bus_ == nullptr) return;
  failed_.erase(source.source_id);
  recall();
  if (!subject_of_.contains(source.source_id) && !left_over_.contains(source.source_id)) return;
  auto id = source.source_id;
  recovered_.insert_or_assign(std::move(id), std::move(source));
  schedule(now);
}

void DeliveryEvents::all_well(Time now) {
  if (bus_ == nullptr) return;
  recall();
  if (left_over_.empty()) return;
  all_well_ = true;
  schedule(now);
}

// Once: what the journal says is not delivered.
void DeliveryEvents::recall() {
  if (recalled_) return;
  for (std::int64_t at = 0;;) {
    const auto events = bus_->read(at, kPage, {kNotDelivered, kDelivered});
    if (!events) return log::warn("delivery events: {}", events.error().text());
    for (const auto& event : *events) {
      if (event.type == kNotDelivered)
        left_over_.insert(event.subject);
      else
        left_over_.erase(event.subject);
      at = event.seq;
    }
    if (events->size() < kPage) break;
  }
  recalled_ = true;
  for (const auto& [subject, incident] : open_) left_over_.erase(subject);
}

NewEvent DeliveryEvents::event(const char* type, const std::string& subject,
                               const std::vector<const TurnedSource*>& sources, std::size_t count) const {
  Json list = Json::array();
  for (const auto* source : sources) {
    if (list.size() == kSampledSources) break;
    list.push_back({{"source_id", source->source_id}, {"log_path", source->log_path}});
  }
  Json data{{"count", count}, {"sources", std::move(list)}};
  if (!sources.empty()) {
    data["reason"] = sources.front()->reason;
    data["host"] = common_host(sources);
    if (count == 1) data["source_id"] = sources.front()->source_id;
    if (count == 1) data["agent_id"] = sources.front()->agent_id;
  }
  return {type, subject, std::move(data)};
}

std::vector<NewEvent> DeliveryEvents::events_of_failures() const {
  std::vector<const TurnedSource*> sources;
  for (const auto& [id, source] : failed_) sources.push_back(&source);
  if (sources.empty()) return {};
  if (sources.size() > kSingleTurns)
    return {event(kNotDelivered, "incident-" + random_uuid().substr(0, 8), sources, sources.size())};
  std::vector<NewEvent> events;
  for (const auto* source : sources) events.push_back(event(kNotDelivered, source->source_id, {source}, 1));
  return events;
}

// One event a subject, when the last of its sources has recovered.
std::vector<NewEvent> DeliveryEvents::events_of_recoveries() {
  std::vector<NewEvent> events;
  for (const auto& [id, source] : recovered_) {
    const auto subject = subject_of_.find(id);
    if (subject == subject_of_.end()) {
      events.push_back(event(kDelivered, id, {&source}, 1));
      left_over_.erase(id);
      continue;
    }
    auto& incident = open_.at(subject->second);
    incident.sources.erase(id);
    if (incident.sources.empty()) {
      events.push_back(event(kDelivered, subject->second, {&source}, incident.count));
      open_.erase(subject->second);
    }
    subject_of_.erase(subject);
  }
  recovered_.clear();
  if (std::exchange(all_well_, false)) {
    for (const auto& subject : left_over_) events.push_back(event(kDelivered, subject, {}, 1));
    left_over_.clear();
  }
  return events;
}

void DeliveryEvents::remember_failures(const std::vector<NewEvent>& events) {
  if (events.empty()) return;
  for (const auto& [id, source] : failed_) {
    const auto& subject = events.size() == 1 ? events.front().subject : id;
    auto& incident = open_[subject];
    incident.sources.insert(id);
    ++incident.count;
    subject_of_[id] = subject;
    left_over_.erase(subject);
  }
  failed_.clear();
}

void DeliveryEvents::flush(Time now) {
  if (!due_ || now < *due_) return;
  due_.reset();
  last_flush_ = now;
  auto failures = events_of_failures();
  auto events = events_of_recoveries();
  events.insert(events.end(), failures.begin(), failures.end());
  remember_failures(failures);
  if (events.empty()) return;
  if (auto published = bus_->publish(std::move(events)); !published)
    log::error("delivery events: {}", published.error().text());
}

}  // namespace oc::control_plane
