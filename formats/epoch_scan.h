// Times written as one number.
#pragma once

#include "formats/time_cursor.h"

namespace oc::formats {

// Seconds, milliseconds, microseconds or nanoseconds since 1970 by the count of digits (10, 13, 16, 19), seconds also
// with a decimal fraction; between 2001 and 2065, so that most other numbers are not taken for times.
bool scan_epoch(TimeCursor& cursor);

// "    8123.441902" of the kernel's ring buffer, "12.345s" of the JVM: time since the start.
bool scan_uptime(TimeCursor& cursor);

// TAI64N, "@40000000433225833b6e1a8c" (daemontools): seconds of TAI from 2^62 and nanoseconds, both in hexadecimal.
bool scan_tai64n(TimeCursor& cursor);

}  // namespace oc::formats
