// The bus as text/event-stream: each event once, in order, from a place on, for as long as the peer listens.
#pragma once

#include "base/http/message.h"
#include "control_plane/event_bus/event_feed.h"

namespace oc::control_plane {

class EventStream final : public http::BodyStream {
 public:
  EventStream(EventFeed& feed, std::int64_t after, std::vector<std::string> types)
      : feed_(feed), after_(after), types_(std::move(types)) {}
  ~EventStream() override;
  void on_open(std::function<void()> wake) override;
  std::optional<std::string> next() override;
  std::string heartbeat() const override;

 private:
  EventFeed& feed_;
  std::int64_t after_;
  const std::vector<std::string> types_;
  std::uint64_t subscription_ = 0;  // 0: none
  bool greeted_ = false;
};

}  // namespace oc::control_plane
