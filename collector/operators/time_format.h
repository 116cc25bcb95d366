// Times in operators, by the layouts of the official collector: strptime's letters and Go's reference time. They are
// read as Go reads them: parts of two digits need both, a fraction of the second may be longer or missing, offsets are
// written as the layout writes them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "formats/go_time_layout.h"

namespace date {
class time_zone;
}

namespace oc::formats {
struct TimeRead;
}

namespace oc::collector {

class MinuteMemo;

class TimeFormat {
 public:
  static Result<TimeFormat> strptime(std::string_view layout);
  static Result<TimeFormat> gotime(std::string_view layout);

  // The whole text must fit. A time without a year is of this year, or of the last if it were more than a week ahead of
  // `now_ns`. Nothing for what 64 bits of nanoseconds do not hold.
  std::optional<Nanos> parse(std::string_view text, Nanos now_ns) const;
  // The layout's last letter is a Z: its times are UTC, if nothing else is said.
  bool ends_in_z() const { return ends_in_z_; }
  // Times without a zone are of the machine's; otherwise UTC.
  void use_local_zone();
  // Likewise, of a place of the IANA's time zone database, such as Asia/Kolkata. An error: there is none of that name.
  Status use_location(const std::string& location);
  // What an abbreviation in the text means, such as IST.
  Status name_zone(const std::string& abbreviation, const std::string& location);

 private:
  explicit TimeFormat(std::string_view go_layout);
  std::optional<Nanos> read(std::string_view text, Nanos now_ns, MinuteMemo* memo) const;
  // What a minute is depends on nothing but the text.
  bool remembers() const { return has_plain_seconds_ && !local_ && !location_ && zones_.empty(); }
  std::optional<Nanos> at_year(const formats::TimeRead& read, int year) const;
  std::optional<std::int64_t> instant(const formats::TimeRead& read, std::int64_t wall_seconds) const;
  std::optional<std::int64_t> named_instant(std::string_view zone, std::int64_t wall_seconds) const;

  std::vector<formats::TimePiece> pieces_;
  bool has_plain_seconds_ = false;  // once, whose fraction follows them; and no zone has a name
  std::size_t exact_fraction_ = 0;  // its size, with its point; 0: it may have any
  std::uint64_t number_;            // of the layout, in this process
  bool ends_in_z_ = false;
  bool local_ = false;
  const date::time_zone* location_ = nullptr;
  std::map<std::string, const date::time_zone*, std::less<>> zones_;  // by abbreviation
};

}  // namespace oc::collector
