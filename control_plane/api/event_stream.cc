#include "control_plane/api/event_stream.h"

#include <fmt/format.h>

#include "base/http/event_stream.h"
#include "base/log.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kEventsAPiece = 200;  // some tens of kB; the peer takes them before more are read

std::string text_of(const Event& event) {
  return http::to_event_stream(
      {std::to_string(event.seq), event.type, to_json(event).dump(-1, ' ', false, Json::error_handler_t::replace)});
}

}  // namespace

EventStream::~EventStream() {
  if (subscription_ != 0) feed_.unsubscribe(subscription_);
}

void EventStream::on_open(std::function<void()> wake) { subscription_ = feed_.subscribe(std::move(wake)); }

// Ending it is the honest answer to a database that cannot be read: the peer connects again and resumes.
std::optional<std::string> EventStream::next() {
  if (!std::exchange(greeted_, true)) return http::event_stream_comment(fmt::format("events after {}", after_));
  const auto newest = feed_.bus().newest();
  const auto events = feed_.bus().read(after_, kEventsAPiece, types_);
  if (!events) {
    log::warn("an event stream ends: {}", events.error().text());
    return std::nullopt;
  }
  std::string piece;
  for (const auto& event : *events) piece += text_of(event);
  if (!events->empty()) after_ = events->back().seq;
  if (events->size() < kEventsAPiece) after_ = std::max(after_, newest);
  return piece;
}

std::string EventStream::heartbeat() const { return http::event_stream_comment("still here"); }

}  // namespace oc::control_plane
