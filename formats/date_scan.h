// Dates in the ways logs write them.
#pragma once

#include "formats/time_cursor.h"

namespace oc::formats {

// Reads a date at the cursor: year first, day first, month first, with month names, packed, with or without a year, a
// weekday in front. False leaves the cursor anywhere. Two readings (03/04/2026) set `ambiguous`: slashes, colons and
// two-digit parts are then read month first (the United States), dashes day first.
bool scan_date(TimeCursor& cursor);

// " 2026" behind the time, where the date had no year ("Wed Mar 11 08:14:02 2026"). Takes nothing otherwise.
void scan_trailing_year(TimeCursor& cursor);

}  // namespace oc::formats
