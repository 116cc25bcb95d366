#include "collector/operators/syslog_parser.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include <date/tz.h>
#include <fmt/format.h>

#include "formats/syslog_framing.h"

namespace oc::collector {

namespace {

using formats::SyslogMessage;
using formats::SyslogPriority;

// Of severity 0 to 7.
constexpr std::int32_t kNumbers[] = {21, 19, 18, 17, 13, 10, 9, 5};
constexpr std::string_view kSeverity = "severity", kTimestamp = "timestamp";
constexpr std::size_t kMostFields = 12;

// "<12>" somewhere in it.
bool has_priority(std::string_view text) {
  for (auto at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
    const auto end = std::min(text.find_first_not_of("0123456789", at + 1), text.size());
    if (end - at - 1 >= 1 && end - at - 1 <= 3 && end < text.size() && text[end] == '>') return true;
  }
  return false;
}

std::string_view parameter_text(std::string_view value, Arena& arena) {
  if (value.find('\\') == value.npos) return value;
  return arena.copy(formats::unescaped_parameter(value));
}

// Of parameters with the same name the last one counts.
Value parameters_of(formats::StructuredData& elements, Arena& arena) {
  Value out = Value::empty_map();
  std::unordered_map<std::string_view, std::size_t> places;
  std::string_view name, value;
  while (elements.next_parameter(name, value)) {
    const auto [place, is_new] = places.try_emplace(name, out.size);
    if (is_new)
      out.append(name, Value::of(parameter_text(value, arena)), arena);
    else
      out.fields()[place->second].value = Value::of(parameter_text(value, arena));
  }
  return out;
}

Value structured_data_of(std::string_view text, Arena& arena) {
  Value out = Value::empty_map();
  formats::StructuredData elements(text);
  std::string_view id;
  while (elements.next_element(id)) out.append(id, parameters_of(elements, arena), arena);
  return out;
}

// "39 <34>…": a number, which no zero begins, and a blank.
std::string_view without_length(std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const bool has_length = digits > 0 && text[0] != '0' && digits < text.size() && text[digits] == ' ';
  return has_length ? text.substr(digits + 1) : text;
}

void add_text(Value& fields, std::string_view name, std::string_view text, Arena& arena) {
  if (!text.empty()) fields.append(name, Value::of(text), arena);
}

}  // namespace

std::shared_ptr<const Operator> SyslogParser::parse(ConfigReader& reader) {
  auto made = std::make_shared<SyslogParser>();
  made->keys_ = ParserKeys::read(reader);
  made->read_protocol(reader);
  made->read_framing(reader);
  made->read_location(reader);
  reader.boolean("allow_skip_pri_header", made->priority_may_miss_);
  return made;
}

void SyslogParser::read_protocol(ConfigReader& reader) {
  std::string name;
  reader.text("protocol", name);
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; });
  if (name.empty()) return reader.fail("protocol", "missing field 'protocol'", "set rfc5424, rfc3164 or none");
  if (name != "rfc3164" && name != "rfc5424" && name != "none")
    return reader.fail("protocol", fmt::format("'protocol' must be rfc5424, rfc3164 or none, not '{}'", name));
  protocol_ = name == "rfc3164" ? Protocol::kRfc3164 : name == "rfc5424" ? Protocol::kRfc5424 : Protocol::kNone;
}

void SyslogParser::read_framing(ConfigReader& reader) {
  bool counted = false;
  std::int64_t most_octets = 0;
  std::string trailer;
  const bool trailed = reader.child("non_transparent_framing_trailer") != nullptr;
  reader.boolean("enable_octet_counting", counted);
  reader.integer("max_octets", most_octets, std::numeric_limits<std::int32_t>::min(),
                 std::numeric_limits<std::int32_t>::max());
  reader.text("non_transparent_framing_trailer", trailer);
  if (trailed && counted)
    reader.fail("enable_octet_counting",
                "only one of enable_octet_counting and non_transparent_framing_trailer can be enabled");
  if (trailed && protocol_ == Protocol::kNone)
    reader.fail("non_transparent_framing_trailer", "non_transparent_framing is not compatible with protocol none");
  if ((trailed || counted) && protocol_ == Protocol::kRfc3164)
    reader.fail(counted ? "enable_octet_counting" : "non_transparent_framing_trailer",
                "octet_counting and non_transparent_framing are only compatible with protocol rfc5424");
  if (trailed && trailer != "LF" && trailer != "NUL")
    reader.fail("non_transparent_framing_trailer",
                fmt::format("'non_transparent_framing_trailer' must be LF or NUL, not '{}'", trailer));
  framing_ = counted ? Framing::kCounted : trailed ? Framing::kTrailed : Framing::kNone;
  trailer_ = trailer == "NUL" ? '\0' : '\n';
  most_octets_ = most_octets > 0 ? static_cast<std::size_t>(most_octets) : formats::kMostSyslogOctets;
}

void SyslogParser::read_location(ConfigReader& reader) {
  std::string location;
  reader.text("location", location);
  const bool has_zone = protocol_ == Protocol::kRfc5424;
  time_format_ = *TimeFormat::gotime(has_zone ? "2006-01-02T15:04:05.999999Z07:00" : "Jan _2 15:04:05");
  if (location == "Local") return time_format_->use_local_zone();
  if (location.empty() || location == "UTC") return;
  if (auto known = time_format_->use_location(location); !known)
    reader.fail("location", "'location': " + known.error().message, known.error().next_step);
  else
    location_ = date::locate_zone(location);
}

Result<SyslogMessage> SyslogParser::message_in(std::string_view text) const {
  return framing_ == Framing::kNone ? unframed(text) : last_framed(text);
}

// Of several in one text the last one counts, as in the official collector; behind it the trailer may be missing. What
// has no protocol may have no length, and is not cut by it.
Result<SyslogMessage> SyslogParser::last_framed(std::string_view text) const {
  if (protocol_ == Protocol::kNone) return formats::parse_unknown_syslog(without_length(text));
  while (true) {
    auto frame = framing_ == Framing::kCounted ? formats::first_counted_frame(text, most_octets_)
                                               : formats::first_trailed_frame(text, trailer_);
    if (!frame && framing_ == Framing::kTrailed && text.find(trailer_) == text.npos) return unframed(text);
    if (!frame) return std::unexpected(frame.error());
    auto message = unframed(frame->message);
    if (frame->rest.empty()) return message;
    text = frame->rest;
    if (framing_ == Framing::kCounted && text.starts_with('\n')) text.remove_prefix(1);
  }
}

Result<SyslogMessage> SyslogParser::unframed(std::string_view text) const {
  if (protocol_ == Protocol::kNone) return formats::parse_unknown_syslog(text);
  const bool misses = priority_may_miss_ && framing_ == Framing::kNone && !has_priority(text);
  const auto priority = misses ? SyslogPriority::kMissing : SyslogPriority::kRequired;
  return protocol_ == Protocol::kRfc3164 ? formats::parse_rfc3164(text, priority)
                                         : formats::parse_rfc5424(text, priority);
}

// `all`: also what settle() would take out again.
Value SyslogParser::fields_of(const SyslogMessage& message, bool all, Arena& arena) const {
  Value fields = Value::empty_map(kMostFields, arena);
  if (message.priority >= 0) {
    fields.append("priority", Value::of(static_cast<std::int64_t>(message.priority)), arena);
    fields.append("facility", Value::of(static_cast<std::int64_t>(message.facility())), arena);
    fields.append("facility_text", Value::of(formats::facility_name(message.facility())), arena);
    if (all) fields.append(kSeverity, Value::of(static_cast<std::int64_t>(message.severity())), arena);
  }
  if (message.version > 0) fields.append("version", Value::of(static_cast<std::int64_t>(message.version)), arena);
  if (all && !message.timestamp.empty())
    fields.append(kTimestamp, Value::of(arena.copy(go_time(message.timestamp))), arena);
  add_text(fields, "hostname", message.hostname, arena);
  add_text(fields, "appname", message.app_name, arena);
  add_text(fields, "proc_id", message.process_id, arena);
  add_text(fields, "msg_id", message.message_id, arena);
  add_text(fields, "message", message.message, arena);
  if (!message.structured_data.empty())
    fields.append("structured_data", structured_data_of(message.structured_data, arena), arena);
  return fields;
}

// As Go writes the time that the official collector puts there: RFC 3164's is of the year 0.
std::string SyslogParser::go_time(std::string_view timestamp) const {
  if (protocol_ == Protocol::kRfc3164) {
    const auto year_0 = date::sys_days(date::year(0) / 6 / 1);
    const auto zone = location_ ? location_->get_info(year_0) : date::sys_info{};
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(zone.offset).count();
    const auto month = formats::syslog_month(timestamp);
    return fmt::format("0000-{:02}-{}{} {} {}{:02}{:02} {}", month, timestamp[4] == ' ' ? '0' : timestamp[4],
                       timestamp[5], timestamp.substr(7), minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                       std::abs(minutes) % 60, location_ ? zone.abbrev : "UTC");
  }
  constexpr std::size_t kDate = 10, kClock = 8;
  auto fraction = timestamp.substr(kDate + 1 + kClock);
  auto zone = fraction.substr(fraction.find_first_of("Z+-"));
  fraction.remove_suffix(zone.size());
  while (fraction.ends_with('0') || fraction.ends_with('.')) fraction.remove_suffix(1);
  const bool utc = zone == "Z" || zone.substr(1) == "00:00";
  const auto digits = utc ? "+0000" : fmt::format("{}{}", zone.substr(0, 3), zone.substr(4));
  return fmt::format("{} {}{} {} {}", timestamp.substr(0, kDate), timestamp.substr(kDate + 1, kClock), fraction, digits,
                     utc                    ? "UTC"
                     : zone.ends_with("00") ? std::string(zone.substr(0, 3))
                                            : digits);
}

Status SyslogParser::take_time(const SyslogMessage& message, LogRecord& record) const {
  if (message.timestamp.empty() || !keys_.puts_into_attributes())
    return permanent("the message's time is not in the attributes");
  const auto time_ns = time_format_->parse(message.timestamp, record.observed_ns());
  if (!time_ns) return permanent(fmt::format("'{}' is no time that can be told", message.timestamp));
  record.set_time(*time_ns);
  return {};
}

// Whether the body, whatever parse_from is, begins without a priority that may miss.
bool SyslogParser::misses_severity(const LogRecord& record) const {
  if (!priority_may_miss_ || framing_ == Framing::kCounted || !record.body().is_string()) return false;
  return record.body().size > 1 && record.body().text()[0] != '<';
}

// Time and severity go from the attributes to the record.
Status SyslogParser::settle(const SyslogMessage& message, LogRecord& record, Arena& arena) const {
  const bool here = keys_.puts_into_attributes();
  const bool has_severity = here && message.priority >= 0;
  auto& attributes = record.change(RecordRoot::kAttributes, arena);
  if (!misses_severity(record)) {
    attributes.erase(kSeverity);
    if (has_severity)
      record.set_severity(kNumbers[message.severity()], formats::severity_name(message.severity()));
    else if (protocol_ != Protocol::kNone)
      return permanent("the message's severity is not in the attributes");
  }
  if (protocol_ == Protocol::kNone) return {};
  const bool had_time = attributes.erase(kTimestamp);
  if (!had_time && (!here || message.timestamp.empty()))
    return permanent("the message's time is not in the attributes");
  return {};
}

Result<Fate> SyslogParser::process(LogRecord& record, Arena& arena) const {
  OC_TRY_ASSIGN(const auto text, keys_.source(record));
  if (priority_may_miss_ && framing_ != Framing::kCounted && !record.body().is_string())
    return permanent("the body is not a text");
  OC_TRY_ASSIGN(const auto message, message_in(text));
  const bool is_whole = !message.timestamp.empty() && (message.priority >= 0) != misses_severity(record);
  const bool is_plain = is_whole && keys_.puts_into_attributes() && !keys_.has_blocks();
  const Status put = keys_.put(record, fields_of(message, !is_plain, arena), arena);
  if (protocol_ != Protocol::kNone && !keys_.has_timestamp()) OC_TRY(take_time(message, record));
  OC_TRY(put);
  OC_TRY(settle(message, record, arena));
  return Fate::kGoesOn;
}

}  // namespace oc::collector
