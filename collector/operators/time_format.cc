#include "collector/operators/time_format.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <ctime>

#include <date/tz.h>
#include <fmt/format.h>

#include "collector/operators/minute_memo.h"
#include "collector/operators/whole_number.h"

namespace oc::collector {

namespace {

using Part = TimeFormat::Part;
using Piece = TimeFormat::Piece;

constexpr Nanos kSecond = 1'000'000'000;
constexpr std::int64_t kDaySeconds = 86'400;

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

struct Letter {
  char letter;
  Part part;
};
constexpr Letter kLetters[] = {
    {'Y', Part::kYear},        {'y', Part::kShortYear}, {'m', Part::kMonth},     {'o', Part::kMonthNumber},
    {'q', Part::kMonthNumber}, {'b', Part::kMonthName}, {'h', Part::kMonthName}, {'B', Part::kLongMonthName},
    {'d', Part::kDay},         {'e', Part::kDayNumber}, {'g', Part::kDayNumber}, {'a', Part::kWeekday},
    {'A', Part::kLongWeekday}, {'H', Part::kHour},      {'I', Part::kHour12},    {'l', Part::kHour12Number},
    {'p', Part::kHalfDay},     {'P', Part::kHalfDay},   {'M', Part::kMinute},    {'S', Part::kSecond},
    {'L', Part::kFraction},    {'f', Part::kFraction},  {'s', Part::kFraction},  {'Z', Part::kZoneName},
    {'z', Part::kZone},        {'w', Part::kOffset},    {'i', Part::kOffset},    {'j', Part::kOffset},
    {'k', Part::kOffset},
};

struct Composite {
  char letter;
  std::string_view layout;
};
constexpr Composite kComposites[] = {{'D', "%m/%d/%y"},    {'x', "%m/%d/%y"},         {'F', "%Y-%m-%d"},
                                     {'T', "%H:%M:%S"},    {'X', "%H:%M:%S"},         {'R', "%H:%M"},
                                     {'r', "%I:%M:%S %p"}, {'c', "%b %d %H:%M:%S %Y"}};

// Parts of Go's reference time, longer ones first.
struct GoPart {
  std::string_view text;
  Part part;
};
constexpr GoPart kGoParts[] = {
    {"January", Part::kLongMonthName},
    {"Monday", Part::kLongWeekday},
    {"2006", Part::kYear},
    {"Z07:00:00", Part::kZone},
    {"-07:00:00", Part::kOffset},
    {"Z070000", Part::kZone},
    {"-070000", Part::kOffset},
    {"Z07:00", Part::kZone},
    {"-07:00", Part::kOffset},
    {"Z0700", Part::kZone},
    {"-0700", Part::kOffset},
    {"Z07", Part::kZone},
    {"-07", Part::kOffset},
    {"Jan", Part::kMonthName},
    {"Mon", Part::kWeekday},
    {"MST", Part::kZoneName},
    {"_2", Part::kDayNumber},
    {"01", Part::kMonth},
    {"02", Part::kDay},
    {"03", Part::kHour12},
    {"04", Part::kMinute},
    {"05", Part::kSecond},
    {"06", Part::kShortYear},
    {"15", Part::kHour},
    {"PM", Part::kHalfDay},
    {"pm", Part::kHalfDay},
    {"1", Part::kMonthNumber},
    {"2", Part::kDayNumber},
    {"3", Part::kHour12Number},
};

void add_text(std::vector<Piece>& pieces, std::string_view text) {
  if (pieces.empty() || pieces.back().part != Part::kText) pieces.push_back({});
  pieces.back().text += text;
}

// The point before a fraction belongs to it, as in Go: both may be missing.
void add_part(std::vector<Piece>& pieces, Part part) {
  if (part == Part::kFraction && !pieces.empty() && pieces.back().part == Part::kText) {
    auto& text = pieces.back().text;
    if (text.ends_with('.') || text.ends_with(',')) text.pop_back();
    if (text.empty()) pieces.pop_back();
  }
  pieces.push_back({part, {}});
}

Status add_strptime(std::vector<Piece>& pieces, std::string_view layout) {
  for (std::size_t at = 0; at < layout.size(); ++at) {
    if (layout[at] != '%' || at + 1 == layout.size()) {
      add_text(pieces, layout.substr(at, 1));
      continue;
    }
    const char letter = layout[++at];
    if (const auto found = std::ranges::find(kLetters, letter, &Letter::letter); found != std::end(kLetters)) {
      add_part(pieces, found->part);
    } else if (const auto whole = std::ranges::find(kComposites, letter, &Composite::letter);
               whole != std::end(kComposites)) {
      OC_TRY(add_strptime(pieces, whole->layout));
    } else if (letter == '%' || letter == 'n' || letter == 't') {
      add_text(pieces, letter == '%' ? "%" : letter == 'n' ? "\n" : "\t");
    } else {
      return permanent(fmt::format("'%{}' is not a known letter of a time layout", letter),
                       "use strptime's letters, such as %Y-%m-%dT%H:%M:%S.%L%z");
    }
  }
  return {};
}

// ".000" or ",999" of a Go layout, not followed by a further digit.
std::size_t go_fraction(std::string_view rest) {
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',') || (rest[1] != '0' && rest[1] != '9')) return 0;
  const auto end = std::min(rest.find_first_not_of(rest[1], 1), rest.size());
  return end < rest.size() && rest[end] >= '0' && rest[end] <= '9' ? 0 : end;
}

class TimeReader {
 public:
  using Zones = std::map<std::string, const date::time_zone*, std::less<>>;
  TimeReader(std::string_view text, bool local, const date::time_zone* location, const Zones& zones)
      : rest_(text), local_(local), location_(location), zones_(zones) {}

  bool read(const Piece& piece) {
    switch (piece.part) {
      case Part::kText:
        return skip(piece.text);
      case Part::kYear:
        return four_digits(year_);
      case Part::kShortYear:
        if (!two_digits(year_)) return false;
        year_ += year_ >= 69 ? 1900 : 2000;  // as Go
        return true;
      case Part::kMonth:
        return two_digits(month_);
      case Part::kMonthNumber:
        return blank(), number(1, 2, month_);
      case Part::kMonthName:
        return name(kMonths, 3, month_);
      case Part::kLongMonthName:
        return name(kMonths, 0, month_);
      case Part::kDay:
        return two_digits(day_);
      case Part::kDayNumber:
        return blank(), number(1, 2, day_);
      case Part::kWeekday:
        return name(kWeekdays, 3, ignored_);
      case Part::kLongWeekday:
        return name(kWeekdays, 0, ignored_);
      case Part::kHour:
        return number(1, 2, hour_);
      case Part::kHour12:
        return two_digits(hour_) && hour_ <= 12;
      case Part::kHour12Number:
        return number(1, 2, hour_) && hour_ <= 12;
      case Part::kHalfDay:
        return half_day();
      case Part::kMinute:
        return two_digits(minute_);
      case Part::kSecond:
        return two_digits(second_) && (next_is_fraction_ || fraction());
      case Part::kFraction:
        return fraction();
      case Part::kZoneName:
        return zone_name();
      case Part::kZone:
        return (zone_seen_ = skip("Z")) || offset();
      case Part::kOffset:
        return offset();
    }
    return false;
  }
  void next_is_fraction(bool is) { next_is_fraction_ = is; }
  bool done() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }
  bool names_year() const { return year_ >= 0; }
  Nanos seconds_ns() const { return second_ * kSecond + nanos_; }

  std::optional<Nanos> result(Nanos now_ns) {
    if (half_day_ >= 0) hour_ = hour_ % 12 + 12 * half_day_;
    if (hour_ > 23 || minute_ > 59 || second_ > 59) return std::nullopt;
    if (year_ >= 0) return at_year(year_);
    using std::chrono::days;
    const std::chrono::sys_days today{days(now_ns / kSecond / kDaySeconds)};
    const int this_year = static_cast<int>(std::chrono::year_month_day(today).year());
    const auto time = at_year(this_year);
    if (time && *time <= now_ns + 7 * kDaySeconds * kSecond) return time;
    return at_year(this_year - 1);
  }

 private:
  std::optional<Nanos> at_year(int year) const {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month_)),
                                           std::chrono::day(static_cast<unsigned>(day_))};
    if (!date.ok() || year < 1678 || year > 2261) return std::nullopt;
    if (location_ && !zone_seen_) return time_there(date);
    if (local_ && !zone_seen_) return local_time(year);
    const std::int64_t day_number = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t seconds = day_number * kDaySeconds + hour_ * 3600 + minute_ * 60 + second_ - offset_seconds_;
    return seconds * kSecond + nanos_;
  }

  // Of a time that is there twice the earlier one.
  std::optional<Nanos> time_there(const std::chrono::year_month_day& day) const {
    const date::local_seconds time(std::chrono::sys_days(day).time_since_epoch() + std::chrono::hours(hour_) +
                                   std::chrono::minutes(minute_) + std::chrono::seconds(second_));
    const auto there = location_->to_sys(time, date::choose::earliest);
    return there.time_since_epoch().count() * kSecond + nanos_;
  }

  std::optional<Nanos> local_time(int year) const {
    std::tm parts{};
    parts.tm_year = year - 1900;
    parts.tm_mon = month_ - 1;
    parts.tm_mday = day_;
    parts.tm_hour = hour_;
    parts.tm_min = minute_;
    parts.tm_sec = second_;
    parts.tm_isdst = -1;
    return static_cast<Nanos>(::mktime(&parts)) * kSecond + nanos_;
  }

  bool skip(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  bool blank() {
    skip(" ");
    return true;
  }

  bool two_digits(int& out) { return take_two_digits(rest_, out); }
  bool four_digits(int& out) {
    int high = 0, low = 0;
    if (!two_digits(high) || !two_digits(low)) return false;
    out = high * 100 + low;
    return true;
  }
  bool number(std::size_t least, std::size_t most, int& out) {
    std::size_t count = 0;
    int value = 0;
    while (count < most && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9')
      value = value * 10 + (rest_[count++] - '0');
    if (count < least) return false;
    out = value;
    rest_.remove_prefix(count);
    return true;
  }

  // `letters` of each name; 0: the whole of it.
  template <std::size_t count>
  bool name(const std::array<std::string_view, count>& names, std::size_t letters, int& out) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto text = letters > 0 ? names[i].substr(0, letters) : names[i];
      const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
      if (rest_.size() < text.size() || !std::ranges::equal(rest_.substr(0, text.size()), text, same)) continue;
      out = static_cast<int>(i) + 1;
      rest_.remove_prefix(text.size());
      return true;
    }
    return false;
  }

  bool half_day() {
    const bool morning = skip("AM") || skip("am");
    half_day_ = morning ? 0 : 1;
    return morning || skip("PM") || skip("pm");
  }

  bool fraction() {
    const auto before = rest_.size();
    const Nanos nanos = take_fraction(rest_);
    if (rest_.size() != before) nanos_ = nanos;
    return true;
  }

  bool zone_name() {
    std::size_t size = 0;
    while (size < rest_.size() && ((rest_[size] | 0x20) >= 'a' && (rest_[size] | 0x20) <= 'z')) ++size;
    const auto zone = zones_.find(rest_.substr(0, size));
    if (zone == zones_.end()) return zone_seen_ = skip("UTC") || skip("GMT") || skip("Z");
    location_ = zone->second;
    rest_.remove_prefix(size);
    return true;
  }

  bool offset() {
    if (rest_.empty() || (rest_[0] != '+' && rest_[0] != '-')) return false;
    const int sign = rest_[0] == '-' ? -1 : 1;
    rest_.remove_prefix(1);
    int hours = 0, minutes = 0;
    if (!number(2, 2, hours) || hours > 24) return false;
    if (rest_.size() >= 2 && (rest_[0] == ':' || (rest_[0] >= '0' && rest_[0] <= '9'))) {
      skip(":");
      if (!number(2, 2, minutes) || minutes > 59) return false;
    }
    zone_seen_ = true;
    offset_seconds_ = sign * (hours * 3600 + minutes * 60);
    return true;
  }

  std::string_view rest_;
  const bool local_;
  const date::time_zone* location_;
  const Zones& zones_;
  bool zone_seen_ = false;
  int year_ = -1, month_ = 1, day_ = 1, hour_ = 0, minute_ = 0, second_ = 0, half_day_ = -1, ignored_ = 0;
  int offset_seconds_ = 0;
  Nanos nanos_ = 0;
  bool next_is_fraction_ = false;
};

struct EpochLayout {
  std::string_view name;
  Nanos unit;      // of the whole part
  Nanos fraction;  // of a count behind the point; 0: there is none
};
constexpr EpochLayout kEpochLayouts[] = {{"s", kSecond, 0},   {"ms", 1'000'000, 0},         {"us", 1'000, 0},
                                         {"ns", 1, 0},        {"s.ms", kSecond, 1'000'000}, {"s.us", kSecond, 1'000},
                                         {"s.ns", kSecond, 1}};

}  // namespace

Result<TimeFormat> TimeFormat::strptime(std::string_view layout) {
  std::vector<Piece> pieces;
  OC_TRY(add_strptime(pieces, layout));
  return TimeFormat(std::move(pieces));
}

Result<TimeFormat> TimeFormat::gotime(std::string_view layout) {
  std::vector<Piece> pieces;
  while (!layout.empty()) {
    std::size_t taken = go_fraction(layout);
    if (taken > 0) {
      pieces.push_back({Part::kFraction, {}});
    } else if (const auto part = std::ranges::find_if(
                   kGoParts, [&](const GoPart& candidate) { return layout.starts_with(candidate.text); });
               part != std::end(kGoParts)) {
      pieces.push_back({part->part, {}});
      taken = part->text.size();
    } else {
      add_text(pieces, layout.substr(0, 1));
      taken = 1;
    }
    layout.remove_prefix(taken);
  }
  return TimeFormat(std::move(pieces));
}

TimeFormat::TimeFormat(std::vector<Piece> pieces)
    : pieces_(std::move(pieces)), has_one_second_(std::ranges::count(pieces_, Part::kSecond, &Piece::part) == 1) {
  static std::atomic<std::uint64_t> last = 0;
  number_ = ++last;
  // A fraction that does not follow its second is nothing that a memo knows of.
  for (std::size_t i = 0; i < pieces_.size(); ++i)
    if (pieces_[i].part == Part::kFraction && (i == 0 || pieces_[i - 1].part != Part::kSecond)) has_one_second_ = false;
}

std::optional<Nanos> TimeFormat::parse(std::string_view text, Nanos now_ns) const {
  thread_local MinuteMemo memo;
  if (remembers())
    if (const auto time = memo.recall(number_, text)) return time;
  TimeReader reader(text, local_, location_, zones_);
  MinuteMemo::Seconds seconds;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const auto part = pieces_[i].part;
    if (part == Part::kSecond) seconds.begin = text.size() - reader.left();
    reader.next_is_fraction(i + 1 < pieces_.size() && pieces_[i + 1].part == Part::kFraction);
    if (!reader.read(pieces_[i])) return std::nullopt;
    if (part == Part::kSecond || part == Part::kFraction) seconds.end = text.size() - reader.left();
  }
  if (!reader.done()) return std::nullopt;
  const auto time = reader.result(now_ns);
  if (time && remembers() && reader.names_year()) memo.remember(number_, text, seconds, *time, reader.seconds_ns());
  return time;
}

namespace {

Result<const date::time_zone*> find_zone(const std::string& location) {
  try {
    return date::locate_zone(location);
  } catch (const std::exception&) {
    return permanent(fmt::format("'{}' is no place of the time zone database", location),
                     "name one such as Europe/Berlin, UTC or Local");
  }
}

}  // namespace

Status TimeFormat::use_location(const std::string& location) {
  OC_TRY_ASSIGN(location_, find_zone(location));
  return {};
}

Status TimeFormat::name_zone(const std::string& abbreviation, const std::string& location) {
  OC_TRY_ASSIGN(zones_[abbreviation], find_zone(location));
  return {};
}

void TimeFormat::use_local_zone() {
  ::tzset();
  local_ = ::timezone != 0 || ::daylight != 0;  // where the machine's zone is UTC, the quick way gives the same
}

bool is_epoch_layout(std::string_view layout) {
  return std::ranges::find(kEpochLayouts, layout, &EpochLayout::name) != std::end(kEpochLayouts);
}

std::optional<Nanos> parse_epoch(std::string_view text, std::string_view layout) {
  const auto& rules = *std::ranges::find(kEpochLayouts, layout, &EpochLayout::name);
  const auto point = rules.fraction > 0 ? text.find('.') : std::string_view::npos;
  const auto whole = whole_number(text.substr(0, point));
  const auto part =
      point == std::string_view::npos ? std::optional<std::int64_t>(0) : whole_number(text.substr(point + 1));
  Nanos time = 0;
  if (!whole || !part || __builtin_mul_overflow(*whole, rules.unit, &time)) return std::nullopt;
  Nanos rest = 0;
  if (__builtin_mul_overflow(*part, rules.fraction, &rest) || __builtin_add_overflow(time, rest, &time))
    return std::nullopt;
  return time;
}

}  // namespace oc::collector
