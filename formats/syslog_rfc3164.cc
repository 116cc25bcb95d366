#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "formats/syslog.h"

namespace oc::formats {

namespace {
namespace rfc3164 {

constexpr std::size_t kMostHostname = 255, kMostTag = 48;
constexpr std::size_t kTimestampBytes = 15;  // Oct 11 22:14:15
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool is_print(char c) { return c >= ' ' && c <= '~'; }
bool is_visible(char c) { return is_print(c) || c == '\t' || c == '\r' || static_cast<unsigned char>(c) >= 0x80; }
bool is_of_host(char c) { return is_print(c) && c != ' ' && c != ':'; }
bool is_of_tag(char c) { return is_print(c) && c != ' ' && c != ':' && c != '['; }
bool is_of_process(char c) { return is_visible(c) && c != '[' && c != ']'; }

// What stands behind the time, "host tag[process]: message", where host and tag may be missing. What a word is turns
// out behind it, so all readings are followed at once. They share, as in the library, one mark for where a part
// began: a reading that fails may have moved it, and the fields it set stay. So "a[1]x b" has the tag "a".
class Content {
 public:
  Content(std::string_view text, SyslogMessage& out) : text_(text), out_(out) {}

  bool read() {
    Readings open;
    open.before_host = true;
    std::size_t at = 0;
    for (; at < text_.size() && !open.only_message(); ++at) open = step(open, at);
    if (open.message && at < text_.size()) return read_message(at);
    if (open.message) out_.message = text_.substr(mark_);
    return open.message || open.ended;
  }

 private:
  struct Readings {
    bool before_host = false, behind_host = false;  // blanks
    std::size_t host = 0, tag = 0;                  // bytes so far
    bool process_begins = false, process = false, process_ended = false;
    bool colon = false, message_begins = false, message = false, ended = false;

    bool only_message() const {
      return message && !before_host && !behind_host && host == 0 && tag == 0 && !process_begins && !process &&
             !process_ended && !colon && !message_begins;
    }
  };

  std::string_view since_mark(std::size_t at) const { return text_.substr(mark_, at - mark_); }

  // First the parts that end here are set, then those begin that begin here.
  Readings step(const Readings& open, std::size_t at) {
    const char c = text_[at];
    Readings next;
    if (open.process_begins && c == ']') mark_ = at;  // it is empty
    end_parts(open, next, at);
    const bool starts = open.before_host || open.behind_host;
    const bool begins_message = (starts || open.message_begins) && is_visible(c);
    const bool begins_process = open.process_begins && is_of_process(c);
    if (begins_message || begins_process) mark_ = at;
    next.before_host = open.before_host && c == ' ';
    next.behind_host |= open.behind_host && c == ' ';
    if (is_of_host(c) && open.host < kMostHostname)
      next.host = open.before_host ? 1 : open.host > 0 ? open.host + 1 : 0;
    if (is_of_tag(c) && open.tag < kMostTag) next.tag = starts ? 1 : open.tag > 0 ? open.tag + 1 : 0;
    next.process = (open.process_begins || open.process) && is_of_process(c);
    next.message_begins = open.colon && c == ' ';
    next.message = begins_message || (open.message && is_visible(c));
    return next;
  }

  void end_parts(const Readings& open, Readings& next, std::size_t at) {
    const char c = text_[at];
    if (open.host > 0 && c == ' ') {
      out_.hostname = since_mark(at);
      next.behind_host = true;
    }
    if (open.tag > 0 && (c == ':' || c == '[')) {
      out_.app_name = since_mark(at);
      next.colon = c == ':';
      next.process_begins = c == '[';
    }
    if ((open.process_begins || open.process) && c == ']') {
      out_.process_id = since_mark(at);
      next.process_ended = true;
    }
    if (open.process_ended && c == ':') next.colon = true;
    if (open.message && c == '\n') {
      out_.message = since_mark(at);
      next.ended = true;
    }
  }

  // The rest, when nothing else can be meant: a line end may close it.
  bool read_message(std::size_t at) {
    auto end = text_.size();
    if (text_.ends_with('\n')) --end;
    out_.message = since_mark(end);
    return std::ranges::all_of(text_.substr(at, end - at), is_visible);
  }

  const std::string_view text_;
  SyslogMessage& out_;
  std::size_t mark_ = 0;
};

std::unexpected<Error> expected(std::string_view what, std::size_t at) {
  return permanent(fmt::format("not a message of RFC 3164: expecting {} at byte {}", what, at));
}

// "Oct  1 22:14:15"; a leap day is one, as no year is said.
bool is_timestamp(std::string_view text) {
  constexpr int kLeapYear = 2000;
  const int month = syslog_month(text);
  if (text.size() != kTimestampBytes || month > 12 || text[3] != ' ' || text[6] != ' ') return false;
  const bool digits = (text[4] == ' ' || (text[4] >= '0' && text[4] <= '3')) && text[5] >= '0' && text[5] <= '9';
  const int day = (text[4] == ' ' ? 0 : (text[4] - '0') * 10) + (text[5] - '0');
  return digits && day > 0 && syslog_detail::is_date(kLeapYear, month, day) && syslog_detail::is_clock(text.substr(7));
}

}  // namespace rfc3164
}  // namespace

int syslog_month(std::string_view timestamp) {
  return static_cast<int>(std::ranges::find(rfc3164::kMonths, timestamp.substr(0, 3)) - rfc3164::kMonths.begin()) + 1;
}

Result<SyslogMessage> parse_rfc3164(std::string_view text, SyslogPriority priority) {
  SyslogMessage out;
  std::string_view rest = text;
  if (priority == SyslogPriority::kRequired) {
    out.priority = syslog_detail::take_priority(rest);
    if (out.priority < 0) return rfc3164::expected("a priority, <0> to <191>", 0);
  }
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const auto at = text.size() - rest.size();
  if (!rfc3164::is_timestamp(rest.substr(0, rfc3164::kTimestampBytes)))
    return rfc3164::expected("a time such as Oct 11 22:14:15", at);
  out.timestamp = rest.substr(0, rfc3164::kTimestampBytes);
  rest.remove_prefix(rfc3164::kTimestampBytes);
  if (!rest.starts_with(' ')) return rfc3164::expected("a blank", at + rfc3164::kTimestampBytes);
  if (!rfc3164::Content(rest.substr(1), out).read())
    return rfc3164::expected("a message without control characters", at);
  return out;
}

}  // namespace oc::formats
