// The parts that dates are read from, shared by the scanners of dates with and without month names.
#pragma once

#include <initializer_list>

#include "formats/time_cursor.h"

namespace oc::formats {

using DateScan = bool (*)(TimeCursor&);

// Takes the first scan that reads a date of the calendar; the cursor stays where none does.
bool first_date_of(TimeCursor& cursor, std::initializer_list<DateScan> scans);

// 1970..2099: other numbers of four digits are seldom years in a log.
bool is_plausible_year(int year);
bool set_year(TimeCursor& cursor, int year);

// Two digits are of this century.
constexpr int full_year(int two_digits) { return 2000 + two_digits; }

bool take_month_name(TimeCursor& cursor);
bool take_day(TimeCursor& cursor);  // one or two digits

// Dates of digits alone: "2026-03-11", "11.03.2026", "20260311", "03-17" …
bool scan_numeric_date(TimeCursor& cursor);

}  // namespace oc::formats
