#include "base/http/event_stream.h"

#include <utility>

namespace oc::http {

std::string to_event_stream(const ServerSentEvent& event) {
  std::string text;
  if (!event.id.empty()) text += "id: " + event.id + "\n";
  if (event.type != "message") text += "event: " + event.type + "\n";
  std::string_view rest = event.data;
  while (true) {
    const auto end = rest.find('\n');
    text += "data: " + std::string(rest.substr(0, end)) + "\n";
    if (end == rest.npos) break;
    rest.remove_prefix(end + 1);
  }
  return text + "\n";
}

std::string event_stream_comment(std::string_view text) { return ": " + std::string(text) + "\n\n"; }

// A line ends with \r\n, \n or \r; the \n of a \r\n may come later.
bool EventStreamReader::feed(std::string_view bytes, const std::function<void(const ServerSentEvent&)>& on_event) {
  for (const char c : bytes) {
    if (failed_) return false;
    const bool rest_of_break = std::exchange(after_cr_, c == '\r') && c == '\n';
    if (rest_of_break) continue;
    if (c != '\n' && c != '\r') {
      line_ += c;
      failed_ = line_.size() + event_.data.size() > kMaxEventBytes;
      continue;
    }
    take_line(line_, on_event);
    line_.clear();
  }
  return !failed_;
}

void EventStreamReader::take_line(std::string_view line, const std::function<void(const ServerSentEvent&)>& on_event) {
  if (line.empty()) {
    if (has_data_) on_event(event_);
    event_ = {};
    has_data_ = false;
    return;
  }
  const auto colon = line.find(':');
  const auto field = line.substr(0, colon);
  auto value = colon == line.npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "id") {
    event_.id = value;
  } else if (field == "event") {
    event_.type = value;
  } else if (field == "data") {
    if (std::exchange(has_data_, true)) event_.data += '\n';
    event_.data += value;
  }
}

}  // namespace oc::http
