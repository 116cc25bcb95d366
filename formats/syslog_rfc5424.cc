#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>
#include <simdjson.h>

#include "formats/syslog.h"

namespace oc::formats {

namespace {
namespace rfc5424 {

using syslog_detail::is_digit;

constexpr std::size_t kMostHostname = 255, kMostAppName = 48, kMostProcessId = 128, kMostMessageId = 32, kMostName = 32;
constexpr std::size_t kMostVersionDigits = 3, kMostFractionDigits = 6;

bool is_graphic(char c) { return c > ' ' && c <= '~'; }
bool ends_a_name(char c) { return !is_graphic(c) || c == '=' || c == ']' || c == '"'; }
bool is_escaped(char c) { return c == '"' || c == '\\' || c == ']'; }

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = is_digit(c) && value >= 0 ? value * 10 + (c - '0') : -1;
  return value;
}

class Reader {
 public:
  Reader(std::string_view text, SyslogPriority priority) : text_(text), rest_(text), priority_(priority) {}

  Result<SyslogMessage> read() {
    OC_TRY(read_priority());
    OC_TRY(read_version());
    OC_TRY(read_timestamp());
    OC_TRY(read_word(out_.hostname, kMostHostname, "a host name"));
    OC_TRY(read_word(out_.app_name, kMostAppName, "an app-name"));
    OC_TRY(read_word(out_.process_id, kMostProcessId, "a process id"));
    OC_TRY(read_word(out_.message_id, kMostMessageId, "a message id"));
    OC_TRY(read_structured_data());
    if (!rest_.empty() && !take(' ')) return expected("a blank, or the end");
    out_.message = rest_;
    return out_;
  }

 private:
  std::unexpected<Error> expected(std::string_view what) const {
    return permanent(
        fmt::format("not a message of RFC 5424: expecting {} at byte {}", what, text_.size() - rest_.size()));
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view take_front(std::size_t size) {
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  Status read_priority() {
    if (priority_ == SyslogPriority::kMissing) return {};
    out_.priority = syslog_detail::take_priority(rest_);
    if (out_.priority < 0) return expected("a priority, <0> to <191>");
    return {};
  }

  Status read_version() {
    std::size_t digits = 0;
    while (digits < rest_.size() && digits < kMostVersionDigits && is_digit(rest_[digits])) ++digits;
    if (digits == 0 || rest_[0] == '0') return expected("a version, 1 to 999");
    out_.version = number(take_front(digits));
    return take(' ') ? Status() : expected("a blank");
  }

  // "2003-10-11T22:14:15.003Z", up to six digits of a second, or "-".
  Status read_timestamp() {
    if (take('-')) return take(' ') ? Status() : expected("a blank");
    constexpr std::size_t kDate = 10, kClock = 8, kShortest = 20;
    const auto word = rest_.substr(0, rest_.find(' '));
    if (word.size() < kShortest || word[4] != '-' || word[7] != '-' || word[kDate] != 'T' ||
        !syslog_detail::is_clock(word.substr(kDate + 1)))
      return expected("a time of RFC 3339, or -");
    const int year = number(word.substr(0, 4)), month = number(word.substr(5, 2)), day = number(word.substr(8, 2));
    if (year < 0 || month < 1 || day < 1 || !syslog_detail::is_date(year, month, day))
      return expected("a date that there is");
    auto zone = word.substr(kDate + 1 + kClock);
    if (zone[0] == '.') {
      std::size_t end = 1;
      while (end < zone.size() && is_digit(zone[end])) ++end;
      if (end == 1 || end > 1 + kMostFractionDigits) return expected("one to six digits of a second");
      zone.remove_prefix(end);
    }
    if (!is_zone(zone)) return expected("Z, or an offset such as +02:00");
    out_.timestamp = take_front(word.size());
    return take(' ') ? Status() : expected("a blank");
  }

  static bool is_zone(std::string_view text) {
    constexpr std::size_t kOffset = 6;  // +02:00
    if (text == "Z") return true;
    if (text.size() != kOffset || (text[0] != '+' && text[0] != '-')) return false;
    const int hours = number(text.substr(1, 2)), minutes = number(text.substr(4));
    return hours >= 0 && hours <= 23 && text[3] == ':' && minutes >= 0 && minutes <= 59;
  }

  // "-" is none.
  Status read_word(std::string_view& out, std::size_t most, std::string_view what) {
    std::size_t size = 0;
    while (size < rest_.size() && size < most && is_graphic(rest_[size])) ++size;
    if (size == 0) return expected(what);
    const auto word = take_front(size);
    if (word != "-") out = word;
    return take(' ') ? Status() : expected(fmt::format("a blank behind {} of at most {} bytes", what, most));
  }

  Status read_structured_data() {
    if (take('-')) return {};
    const auto before = rest_;
    if (!rest_.starts_with('[')) return expected("structured data, or -");
    while (rest_.starts_with('[')) OC_TRY(read_element());
    out_.structured_data = before.substr(0, before.size() - rest_.size());
    return {};
  }

  Status read_element() {
    rest_.remove_prefix(1);
    OC_TRY_ASSIGN(const auto id, read_name());
    if (!is_new(id)) return expected("an id that is not there yet");
    while (take(' ')) {
      OC_TRY(read_name());
      if (!take('=') || !take('"')) return expected("=\" behind a parameter's name");
      OC_TRY(read_value());
    }
    return take(']') ? Status() : expected("a blank, or ]");
  }

  // Most messages have one element at most.
  bool is_new(std::string_view id) {
    if (first_id_.empty()) {
      first_id_ = id;
      return true;
    }
    return id != first_id_ && further_ids_.insert(id).second;
  }

  Result<std::string_view> read_name() {
    const auto end = std::ranges::find_if(rest_, ends_a_name);
    const auto size = static_cast<std::size_t>(end - rest_.begin());
    if (size == 0 || size > kMostName) return expected("a name of at most 32 bytes");
    return take_front(size);
  }

  Status read_value() {
    std::size_t at = 0;
    for (; at < rest_.size() && rest_[at] != '"'; ++at) {
      const bool escapes = rest_[at] == '\\' && at + 1 < rest_.size() && is_escaped(rest_[at + 1]);
      if (is_escaped(rest_[at]) && !escapes) return expected("\", ] and \\ with a \\ before them");
      at += escapes ? 1 : 0;
    }
    if (at >= rest_.size()) return expected("a value that ends");
    if (!simdjson::validate_utf8(rest_.data(), at)) return expected("a value in UTF-8");
    rest_.remove_prefix(at + 1);
    return {};
  }

  const std::string_view text_;
  std::string_view rest_;
  const SyslogPriority priority_;
  SyslogMessage out_;
  std::string_view first_id_;
  std::unordered_set<std::string_view> further_ids_;
};

}  // namespace rfc5424
}  // namespace

Result<SyslogMessage> parse_rfc5424(std::string_view text, SyslogPriority priority) {
  return rfc5424::Reader(text, priority).read();
}

bool StructuredData::next_element(std::string_view& id) {
  if (!rest_.starts_with('[')) return false;
  const auto end = rest_.find_first_of(" ]");
  id = rest_.substr(1, end - 1);
  rest_.remove_prefix(end);
  return true;
}

bool StructuredData::next_parameter(std::string_view& name, std::string_view& value) {
  if (rest_.starts_with(']')) {
    rest_.remove_prefix(1);
    return false;
  }
  const auto equals = rest_.find('=');
  name = rest_.substr(1, equals - 1);
  const auto begin = equals + 2;
  auto end = begin;
  while (rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
  value = rest_.substr(begin, end - begin);
  rest_.remove_prefix(end + 1);
  return true;
}

std::string unescaped_parameter(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) out += value[i] == '\\' ? value[++i] : value[i];
  return out;
}

}  // namespace oc::formats
