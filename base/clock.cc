#include "base/clock.h"

#include <ctime>

#include <fmt/format.h>

namespace oc {

std::string to_rfc3339(Nanos wall_ns) {
  constexpr Nanos kSecond = 1'000'000'000;
  Nanos fraction = wall_ns % kSecond;
  if (fraction < 0) fraction += kSecond;
  const std::time_t seconds = (wall_ns - fraction) / kSecond;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, fraction / 1'000'000);
}

}  // namespace oc
