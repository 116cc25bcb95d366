#include "cli/event_follower.h"

#include <fmt/format.h>

#include "base/http/event_stream.h"

namespace oc::cli {

namespace {

constexpr std::chrono::milliseconds kSilence{45'000};  // three heartbeats of the server
constexpr std::chrono::milliseconds kPause{500};       // a control plane is back within seconds

http::Client::Options connection_options(const ClientOptions& client) {
  http::Client::Options options;
  options.request_timeout = kSilence;
  options.headers = client.access_headers();
  return options;
}

}  // namespace

EventFollower::EventFollower(const ClientOptions& client, std::optional<std::int64_t> after,
                             std::string more_parameters, Callbacks callbacks)
    : url_(client.server_url()),
      more_parameters_(std::move(more_parameters)),
      callbacks_(std::move(callbacks)),
      http_(connection_options(client)),
      last_(after),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::optional<Error> EventFollower::stop() {
  thread_.request_stop();
  // A request that begins just now is not met by one cancel().
  while (thread_.joinable()) {
    http_.cancel();
    std::unique_lock lock(mutex_);
    if (pause_.wait_for(lock, std::chrono::milliseconds(20), [this] { return ended_; })) break;
  }
  if (thread_.joinable()) thread_.join();
  return refused_;
}

void EventFollower::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto ended = listen();
    if (stop.stop_requested() || !settle(ended, stop)) break;
  }
  std::lock_guard lock(mutex_);
  ended_ = true;
  pause_.notify_all();
}

Result<http::Response> EventFollower::listen() {
  const auto place = last_ ? fmt::format("&after={}", *last_) : std::string();
  http::EventStreamReader reader;
  const auto take = [this](const http::ServerSentEvent& sent) { on_event(sent); };
  return http_.stream(url_ + "/api/v1/events?follow=true" + place + more_parameters_, {}, [&](std::string_view piece) {
    on_connected();
    return reader.feed(piece, take);
  });
}

// The first bytes are the server's greeting: from here on nothing is missed.
void EventFollower::on_connected() {
  connected_before_ = true;
  if (std::exchange(broken_, false)) callbacks_.on_trouble("connected again");
}

void EventFollower::on_event(const http::ServerSentEvent& sent) {
  const auto event = parse_json(sent.data);
  if (!event || !event->is_object()) return;
  last_ = event->value("seq", last_.value_or(0));
  callbacks_.on_event(*event);
}

bool EventFollower::settle(const Result<http::Response>& ended, const std::stop_token& stop) {
  if (ended && ended->status != 200 && ended->status != 503) return refuse(error_of_answer(*ended, url_));
  if (!ended && !connected_before_) return refuse(unreachable(ended.error()));
  if (!std::exchange(broken_, true)) {
    const std::string why = ended ? "the control plane has ended the stream" : ended.error().message;
    callbacks_.on_trouble(why +
                          (last_ ? fmt::format("; connecting again, after event {}", *last_) : "; connecting again"));
  }
  std::unique_lock lock(mutex_);
  pause_.wait_for(lock, stop, kPause, [] { return false; });
  return true;
}

bool EventFollower::refuse(Error error) {
  callbacks_.on_refused(error);
  refused_ = std::move(error);
  return false;
}

}  // namespace oc::cli
