#include "control_plane/alerting/alert_pipeline.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/log.h"
#include "control_plane/alerting/alert_from_event.h"

namespace oc::control_plane {

using std::chrono::milliseconds;

namespace {

constexpr std::size_t kPage = 200;             // events read at once
constexpr milliseconds kLongestSleep{60'000};  // new events wake it; this is for what waits to be repeated
constexpr milliseconds kJournalPause{1'000};   // a locked database is asked again after this
constexpr std::int64_t kKeepEvery = 1'000;     // events of no concern are passed in memory; each kept place is a write
constexpr milliseconds kCancelEvery{5};        // while stopping: a request may begin right after it was cancelled

std::shared_ptr<Counter> alert_counter(MetricRegistry& metrics, const std::string& receiver, const char* result) {
  return metrics.counter("onecollector_alert_notifications_total", "Alerts by what became of them, for each receiver",
                         {{"receiver", receiver}, {"result", result}});
}

// False: told to stop.
bool pause(milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

AlertPipeline::AlertPipeline(Parts parts, ReceiverOptions receiver)
    : parts_(parts),
      base_url_(receiver.base_url),
      consumer_("alerting-" + receiver.name),
      receiver_(std::move(receiver)),
      batcher_(parts.times.batch),
      sent_(alert_counter(parts.metrics, receiver_.name(), "sent")),
      failed_(alert_counter(parts.metrics, receiver_.name(), "refused")),
      attempts_failed_(alert_counter(parts.metrics, receiver_.name(), "tried_again")),
      left_out_(alert_counter(parts.metrics, receiver_.name(), "told_already")),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

AlertPipeline::~AlertPipeline() {
  thread_.request_stop();
  while (!ended_) {
    receiver_.cancel();
    std::this_thread::sleep_for(kCancelEvery);
  }
}

void AlertPipeline::run(const std::stop_token& stop) {
  work(stop);
  ended_ = true;
}

void AlertPipeline::work(const std::stop_token& stop) {
  while (!begin())
    if (!pause(kJournalPause, stop)) return;
  while (!stop.stop_requested()) {
    if (auto taken = take_events(); !taken) {
      log::warn("alerting: {}", taken.error().text());
      if (!pause(kJournalPause, stop)) return;
    }
    send_due(stop);
    if (stop.stop_requested()) return;  // what is under way is sent again after the restart
    keep_place();
    auto sleep = kLongestSleep;
    if (const auto due = batcher_.next_due())
      sleep = std::clamp(std::chrono::ceil<milliseconds>(*due - parts_.clock.steady()), milliseconds(0), kLongestSleep);
    if (batcher_.full())
      pause(sleep, stop);
    else
      parts_.bus.wait(read_, sleep, stop);
  }
}

bool AlertPipeline::begin() {
  const auto place = parts_.bus.position(consumer_);
  if (!place) {
    log::warn("alerting: {}", place.error().text());
    return false;
  }
  read_ = kept_ = *place;
  const auto recalled = recall(read_);
  if (!recalled) log::warn("alerting: {}", recalled.error().text());
  return recalled.has_value();
}

// What was told before the restart, so that it is not told again, and its end is.
Status AlertPipeline::recall(std::int64_t until) {
  std::int64_t at = 0;
  while (at < until) {
    OC_TRY_ASSIGN(const auto events, parts_.bus.read(at, kPage, alerting_event_types()));
    if (events.empty()) break;
    for (const auto& event : events) {
      if (event.seq > until) return {};
      for (const auto& alert : alerts_from(event, base_url_)) batcher_.remember(alert, parts_.clock.steady());
      at = event.seq;
    }
  }
  return {};
}

Status AlertPipeline::take_events() {
  while (!batcher_.full()) {
    const auto newest = parts_.bus.newest();
    OC_TRY_ASSIGN(const auto events, parts_.bus.read(read_, kPage, alerting_event_types()));
    for (const auto& event : events) {
      for (auto& alert : alerts_from(event, base_url_))
        if (!batcher_.take(std::move(alert), event.seq, parts_.clock.steady())) left_out_->add();
      read_ = event.seq;
      place_due_ = true;
    }
    if (events.size() < kPage) {
      read_ = std::max(read_, newest);  // all other types up to there are of no concern
      return {};
    }
  }
  return {};
}

void AlertPipeline::send_due(const std::stop_token& stop) {
  while (auto group = batcher_.take_due(parts_.clock.steady()))
    if (!send(*group, stop)) return;
}

bool AlertPipeline::send(const AlertGroup& group, const std::stop_token& stop) {
  auto wait = parts_.times.first_pause;
  for (bool first = true;; first = false) {
    if (stop.stop_requested()) return false;
    const auto sent = receiver_.send(group);
    if (sent) {
      note_sent(group);
      return true;
    }
    if (stop.stop_requested()) return false;
    if (!sent.error().retryable()) {
      failed_->add(group.size());
      note_failed(group, sent.error());
      return true;
    }
    attempts_failed_->add();
    if (first) note_failed(group, sent.error());
    if (!pause(wait, stop)) return false;
    wait = std::min(wait * 2, parts_.times.longest_pause);
  }
}

void AlertPipeline::note_sent(const AlertGroup& group) {
  sent_->add(group.size());
  publish("alert_sent", group, "");
}

void AlertPipeline::note_failed(const AlertGroup& group, const Error& error) {
  log::warn("alert \"{}\": {}{}", group.front().summary, error.text(), error.retryable() ? "; trying again" : "");
  publish("alert_failed", group, error.text());
}

// For whoever watches; an alert does not wait for a journal that cannot be written.
void AlertPipeline::publish(std::string type, const AlertGroup& group, const std::string& reason) {
  Json data{{"receiver", receiver_.name()},
            {"kind", group.front().kind},
            {"status", to_string(group.front().status)},
            {"alerts", group.size()},
            {"summary", group.front().summary}};
  if (!reason.empty()) data["reason"] = reason;
  if (auto published = parts_.bus.publish({{std::move(type), group.front().key, std::move(data)}}); !published)
    log::warn("alerting: {}", published.error().text());
}

void AlertPipeline::keep_place() {
  const auto settled = batcher_.settled(read_);
  if (settled <= kept_ || (!place_due_ && settled - kept_ < kKeepEvery)) return;
  if (auto kept = parts_.bus.advance(consumer_, settled); !kept)
    log::warn("alerting: {}", kept.error().text());
  else
    kept_ = settled;
  place_due_ = settled < read_;
}

Alerting::Alerting(const AlertPipeline::Parts& parts, const contracts::Config& config) {
  for (auto& receiver : alert_receivers(config))
    pipelines_.push_back(std::make_unique<AlertPipeline>(parts, std::move(receiver)));
}

}  // namespace oc::control_plane
