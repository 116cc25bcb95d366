// Reads a text as a layout says, as Go's time.Parse does.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "formats/go_time_layout.h"

namespace oc::formats {

// What a text says of a time.
struct TimeRead {
  int year = -1;  // -1: none
  int month = 1, day = 1, day_of_year = -1;
  int hour = 0, minute = 0, second = 0;
  std::int32_t nanos = 0;
  bool has_offset = false;
  int offset_seconds = 0;      // east of UTC
  std::string_view zone_name;  // such as CET; empty: none
};

class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}

  // `fraction_follows`: the next piece is one, so that it is not taken with the seconds.
  bool read(const TimePiece& piece, bool fraction_follows);
  // Whether all was read and each part is in its range; then read_ is complete.
  bool finish();
  std::size_t left() const { return rest_.size(); }
  const TimeRead& result() const { return read_; }

 private:
  bool date_part(const TimePiece& piece);
  bool clock_part(const TimePiece& piece, bool fraction_follows);
  bool text(std::string_view expected);
  bool blank() { return skip(" "), true; }
  bool skip(std::string_view text);
  bool digits(std::size_t least, std::size_t most, int& out);
  bool half_day(std::string_view morning, std::string_view evening);
  bool fraction();
  bool exact_fraction(std::size_t size);
  bool zone_name();
  bool offset(std::string_view layout);
  std::size_t zone_name_size() const;

  std::string_view rest_;
  TimeRead read_;
  int half_day_ = -1;
  int ignored_ = 0;
};

// Takes digits of a fraction with its point or comma from the front, if they are there; those beyond nanoseconds count
// for nothing.
std::int64_t take_fraction(std::string_view& rest);

}  // namespace oc::formats
