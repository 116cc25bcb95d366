// Docker's json-file log driver: {"log":"text\n","stream":"stdout","time":"2026-…Z"}, one object a line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace oc::formats {

struct DockerLine {
  std::string text;      // of the program; without its line end
  std::string stream;    // "stdout" or "stderr"
  std::string time;      // RFC 3339 with up to 9 digits
  bool complete = true;  // false: the program's line goes on in the stream's next entry (16 KiB each)
};

// Nothing if the line is not such an object: log, stream and time, and at most attrs beside them.
std::optional<DockerLine> parse_docker_line(std::string_view line);

}  // namespace oc::formats
