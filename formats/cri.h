// The Kubernetes container runtime interface's log lines: "2026-…Z stdout F text" (containerd, CRI-O).
#pragma once

#include <optional>
#include <string_view>

namespace oc::formats {

// Views into the line.
struct CriLine {
  std::string_view time;    // RFC 3339 with up to 9 digits
  std::string_view stream;  // "stdout" or "stderr"
  std::string_view text;    // of the program
  bool complete = true;     // false (tag P): the program's line goes on in the stream's next line
};

std::optional<CriLine> parse_cri_line(std::string_view line);

}  // namespace oc::formats
