// Any bytes: what is understood lies in them, and can be walked.
#include <cstdint>

#include "formats/syslog.h"
#include "formats/syslog_framing.h"

namespace {

void require(bool holds) {
  if (!holds) __builtin_trap();
}

bool is_inside(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check(const oc::Result<oc::formats::SyslogMessage>& message, std::string_view text) {
  if (!message) return;
  for (const auto part : {message->timestamp, message->hostname, message->app_name, message->process_id,
                          message->message_id, message->structured_data, message->message})
    require(is_inside(part, text));
  require(message->priority <= oc::formats::SyslogMessage::kHighestPriority);
  if (message->priority >= 0) require(!oc::formats::facility_name(message->facility()).empty());
  oc::formats::StructuredData elements(message->structured_data);
  std::string_view id, name, value;
  while (elements.next_element(id)) {
    require(!id.empty() && is_inside(id, text));
    while (elements.next_parameter(name, value))
      require(!name.empty() && oc::formats::unescaped_parameter(value).size() <= value.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oc::formats;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto priority : {SyslogPriority::kRequired, SyslogPriority::kMissing}) {
    check(parse_rfc5424(text, priority), text);
    check(parse_rfc3164(text, priority), text);
  }
  check(parse_unknown_syslog(text), text);
  for (auto rest = text; const auto frame = first_counted_frame(rest);) rest = frame->rest;
  for (auto rest = text; const auto frame = first_trailed_frame(rest, '\n');) {
    require(frame->message.size() < rest.size());
    rest = frame->rest;
  }
  return 0;
}
