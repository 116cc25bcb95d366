// What the machine allows: read, search for newlines, frame records, send over one connection. Nothing else: no file is
// watched, nothing is checked, kept or tried again.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace oc::benchmarks {

// Sends the lines of a file as OTLP/HTTP requests to 127.0.0.1.
Status send_bare(const std::string& path, std::uint16_t port);

}  // namespace oc::benchmarks
