// The text/event-stream format (WHATWG HTML, "Server-sent events"), both ways.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace oc::http {

struct ServerSentEvent {
  std::string id;  // what Last-Event-ID resumes from; empty: none was sent with it
  std::string type = "message";
  std::string data;
};

// Lines of `data` become lines of their own; id and type hold no line break.
std::string to_event_stream(const ServerSentEvent& event);
// A line that readers skip.
std::string event_stream_comment(std::string_view text);

// Takes the bytes as they come, in any cuts.
class EventStreamReader {
 public:
  // An event larger than this ends the reading: it is no stream of ours.
  static constexpr std::size_t kMaxEventBytes = 1 << 20;

  // Calls `on_event` for each complete event. False: an event is too large; nothing more is read.
  bool feed(std::string_view bytes, const std::function<void(const ServerSentEvent&)>& on_event);

 private:
  void take_line(std::string_view line, const std::function<void(const ServerSentEvent&)>& on_event);

  std::string line_;
  bool after_cr_ = false;
  ServerSentEvent event_;
  bool has_data_ = false;
  bool failed_ = false;
};

}  // namespace oc::http
