// A line of Docker's json-file driver as the engine writes it, {"log":"…","stream":"…","time":"…"}, without a JSON
// parser.
#pragma once

#include <optional>
#include <string_view>

#include "base/arena.h"

namespace oc::collector {

struct DockerLine {
  std::string_view text;  // with its line end; in the arena where it had escapes
  std::string_view stream, time;
};

// nullopt: anything else, such as further keys or another order: it may still be a line of Docker's. The views lie in
// `line` or the arena.
std::optional<DockerLine> docker_line(std::string_view line, Arena& arena);

}  // namespace oc::collector
