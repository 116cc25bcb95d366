// syslog_parser: priority, facility, host, program and message of a syslog message become fields; time and severity are
// the record's. As in the official collector these two are taken out of the attributes: where parse_to is elsewhere,
// they stay there, and the record is one that failed.
#pragma once

#include <optional>
#include <string>

#include "collector/operators/parser_keys.h"
#include "formats/syslog.h"

namespace date {
class time_zone;
}

namespace oc::collector {

class SyslogParser final : public Operator {
 public:
  static std::shared_ptr<const Operator> parse(ConfigReader& reader);
  Result<Fate> process(LogRecord& record, Arena& arena) const override;

 private:
  enum class Protocol { kRfc3164, kRfc5424, kNone };
  enum class Framing { kNone, kCounted, kTrailed };

  void read_protocol(ConfigReader& reader);
  void read_framing(ConfigReader& reader);
  void read_location(ConfigReader& reader);

  Result<formats::SyslogMessage> message_in(std::string_view text) const;
  Result<formats::SyslogMessage> last_framed(std::string_view text) const;
  Result<formats::SyslogMessage> unframed(std::string_view text) const;
  Value fields_of(const formats::SyslogMessage& message, bool all, Arena& arena) const;
  Status take_time(const formats::SyslogMessage& message, LogRecord& record) const;
  bool misses_severity(const LogRecord& record) const;
  Status settle(const formats::SyslogMessage& message, LogRecord& record, Arena& arena) const;
  std::string go_time(std::string_view timestamp) const;

  ParserKeys keys_;
  Protocol protocol_ = Protocol::kRfc5424;
  Framing framing_ = Framing::kNone;
  char trailer_ = '\n';
  std::size_t most_octets_ = 0;
  bool priority_may_miss_ = false;
  std::optional<TimeFormat> time_format_;
  const date::time_zone* location_ = nullptr;  // nullptr: UTC
};

}  // namespace oc::collector
