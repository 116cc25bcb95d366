// Layouts of times as Go writes them: its reference time, "2006-01-02T15:04:05.999Z07:00".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oc::formats {

struct TimePiece {
  enum class Part {
    kText,  // a blank in it stands for any number of them
    kYear,
    kShortYear,
    kAnyYear,  // two digits, or four
    kMonth,    // two digits
    kMonthNumber,
    kBlankMonth,  // one or two digits, maybe behind a blank
    kMonthName,
    kLongMonthName,
    kDay,  // two digits
    kDayNumber,
    kBlankDay,
    kDayOfYear,  // three digits
    kBlankDayOfYear,
    kWeekday,
    kLongWeekday,
    kHour,    // one or two digits
    kHour12,  // two
    kHour12Number,
    kHalfDay,       // AM or PM
    kSmallHalfDay,  // am or pm
    kMinute,
    kMinuteNumber,
    kSecond,
    kSecondNumber,
    kFraction,       // with its point or comma, may be missing
    kExactFraction,  // with as many digits as its text has
    kZoneName,
    kOffset,  // as its text says: -07:00, Z0700 …; Z: Z, +02, +0200 or +02:00
  };
  Part part = Part::kText;
  std::string text = {};
};

std::vector<TimePiece> time_pieces(std::string_view go_layout);

}  // namespace oc::formats
