// A time, and where in a line it stands.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "formats/time_cursor.h"

namespace oc::formats {

struct FoundTimestamp {
  std::size_t start = 0;  // bytes in the line
  std::size_t end = 0;
  std::string layout;  // see time_layout.h
  TimeParts time;
  bool ambiguous = false;  // a second reading is as likely (03/04/2026, IST)
};

// What the cursor has read since `start`.
inline FoundTimestamp found_timestamp(std::size_t start, TimeCursor&& cursor) {
  return {start, cursor.at, std::move(cursor.layout), cursor.parts, cursor.ambiguous};
}

}  // namespace oc::formats
