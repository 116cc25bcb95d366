// Times in operators, by the layouts of the official collector: strptime's letters, Go's reference time, epoch numbers.
// They are read as Go reads them: two-digit parts need both digits, a fraction of the second may be longer or missing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace date {
class time_zone;
}

namespace oc::collector {

class TimeFormat {
 public:
  static Result<TimeFormat> strptime(std::string_view layout);
  static Result<TimeFormat> gotime(std::string_view layout);

  // The whole text must fit. A time without a year is of this year, or of the last if it were more than a week ahead of
  // `now_ns`. Nothing for what 64 bits of nanoseconds do not hold.
  std::optional<Nanos> parse(std::string_view text, Nanos now_ns) const;
  // Times without a zone are of the machine's; otherwise UTC.
  void use_local_zone();
  // Likewise, of a place of the IANA's time zone database, such as Asia/Kolkata. An error: there is none of that name.
  Status use_location(const std::string& location);
  // What an abbreviation in the text means, such as IST.
  Status name_zone(const std::string& abbreviation, const std::string& location);

  enum class Part {
    kText,
    kYear,
    kShortYear,
    kMonth,        // two digits
    kMonthNumber,  // one or two, maybe behind a blank
    kMonthName,
    kLongMonthName,
    kDay,
    kDayNumber,
    kWeekday,
    kLongWeekday,
    kHour,    // one or two digits
    kHour12,  // two
    kHour12Number,
    kHalfDay,
    kMinute,
    kSecond,
    kFraction,  // with its point or comma
    kZoneName,
    kZone,  // "Z" or +0100, +01:00, +01
    kOffset,
  };
  struct Piece {
    Part part = Part::kText;
    std::string text;  // of kText
  };

 private:
  explicit TimeFormat(std::vector<Piece> pieces);
  // What a minute is does not depend on anything but the text.
  bool remembers() const { return has_one_second_ && !local_ && !location_ && zones_.empty(); }

  std::vector<Piece> pieces_;
  bool has_one_second_ = false;
  std::uint64_t number_;  // of the layout, in this process
  bool local_ = false;
  const date::time_zone* location_ = nullptr;
  std::map<std::string, const date::time_zone*, std::less<>> zones_;  // by abbreviation
};

// "s", "ms", "us", "ns", "s.ms", "s.us", "s.ns"
bool is_epoch_layout(std::string_view layout);
std::optional<Nanos> parse_epoch(std::string_view text, std::string_view layout);

}  // namespace oc::collector
