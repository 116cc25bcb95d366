// Lines as OTLP/HTTP, 5,000 a request, to a log store that is measured.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "benchmarks/load/line_shapes.h"
#include "benchmarks/load/sender.h"

namespace oc::benchmarks {

struct StoreLoad {
  std::string shape;  // line_shapes.h
  std::uint64_t bytes = 0;
  std::int64_t first_ms = 0;
  std::uint64_t streams = 0;   // that lines go to in turn; 0: one a service
  std::uint64_t names = 0;     // of attributes, of which each record has three; 0: no attributes
  std::uint64_t seed = kSeed;  // other lines of the same shape
};

// Lines with their times and offsets. SIGTERM ends it after the request that is under way.
Result<Sent> send_to_store(const std::string& url, const StoreLoad& load);

}  // namespace oc::benchmarks
