// Syslog messages as RFC 3164 and RFC 5424 describe them, in the grammar of github.com/leodido/go-syslog, with which
// the official collector reads them: what it refuses is refused here, what it takes apart oddly is taken apart so.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace oc::formats {

// Views into the message; empty: it says nothing of it.
struct SyslogMessage {
  static constexpr int kHighestPriority = 191;  // facility 23, severity 7
  int priority = -1;                            // facility * 8 + severity; -1: none
  int version = 0;                              // 0: RFC 3164
  // RFC 3164's "Oct  1 22:14:15", RFC 5424's "2003-10-11T22:14:15.003Z": a time that there is.
  std::string_view timestamp;
  std::string_view hostname, app_name, process_id, message_id;
  std::string_view structured_data;  // the elements, for StructuredData
  std::string_view message;

  int facility() const { return priority / 8; }
  int severity() const { return priority % 8; }
};

enum class SyslogPriority {
  kRequired,
  kMissing,  // the text begins behind it
};

// Errors name the place, counted in bytes.
Result<SyslogMessage> parse_rfc5424(std::string_view text, SyslogPriority priority = SyslogPriority::kRequired);
Result<SyslogMessage> parse_rfc3164(std::string_view text, SyslogPriority priority = SyslogPriority::kRequired);
// What any other text says: all of it is the message, "<34>" at its front is the priority.
SyslogMessage parse_unknown_syslog(std::string_view text);

// 1 to 12, of RFC 3164's timestamp.
int syslog_month(std::string_view timestamp);

// "kern", "user" … of 0..23, "emerg" … of 0..7: as RFC 5427 names them, and the second clock daemon cron2.
std::string_view facility_name(int facility);
std::string_view severity_name(int severity);

// [id name="value" …][id …]: walks what parse_rfc5424() found.
class StructuredData {
 public:
  explicit StructuredData(std::string_view elements) : rest_(elements) {}
  bool next_element(std::string_view& id);
  // Of the element. `value` is as written: see unescaped_parameter().
  bool next_parameter(std::string_view& name, std::string_view& value);

 private:
  std::string_view rest_;
};

// Without the backslashes before ", \ and ].
std::string unescaped_parameter(std::string_view value);

namespace syslog_detail {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
// Takes "<34>" from the front; -1: there is none.
int take_priority(std::string_view& rest);
// "22:14:15" at its front.
bool is_clock(std::string_view text);
bool is_date(int year, int month, int day);

}  // namespace syslog_detail

}  // namespace oc::formats
