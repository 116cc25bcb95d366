// The time of day and the zone behind it.
#pragma once

#include "formats/time_cursor.h"

namespace oc::formats {

// Reads "08:14:02.118", "8:14:02 PM", "18.10.32.223048", "081402", "08:14" and, behind a packed date, "8:14:2:6"
// (milliseconds). Whether seconds may be missing is the caller's to say.
bool scan_clock(TimeCursor& cursor, bool seconds_required);

// "Z", "+0100", "+01:00", "+01", " UTC", " CEST", " GMT+0100 (…)", "CEST+0200", " Europe/Berlin". Takes nothing where
// none of them follows.
void scan_zone(TimeCursor& cursor);

}  // namespace oc::formats
