// How messages of syslog stand in a stream (RFC 6587): behind their length, or before a line end or a zero byte.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace oc::formats {

struct SyslogFrame {
  std::string_view message;
  std::string_view rest;  // behind it
};

// RFC 5425, section 4.3.1: what a receiver should be able to take.
inline constexpr std::size_t kMostSyslogOctets = 8192;

// "83 <34>1 …", the length in bytes. An error: the bytes begin with no whole frame, or one of more than `most_octets`.
Result<SyslogFrame> first_counted_frame(std::string_view bytes, std::size_t most_octets = kMostSyslogOctets);

// Up to a trailer that a further message, beginning with "<", or nothing follows. An error: there is no trailer, or the
// bytes begin with no "<".
Result<SyslogFrame> first_trailed_frame(std::string_view bytes, char trailer);

}  // namespace oc::formats
