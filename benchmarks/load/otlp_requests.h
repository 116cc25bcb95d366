// Lines as OTLP/HTTP, 5,000 a request: to a collector that is measured, or to a store.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "benchmarks/load/line_shapes.h"

namespace oc::benchmarks {

struct Sent {
  std::uint64_t bytes = 0;  // of requests
  std::uint64_t records = 0;
  std::uint64_t text_bytes = 0;
  std::uint64_t refused = 0;  // requests that were sent again
};

// A few requests of raw lines made beforehand, sent again and again until `bytes` of requests went out.
Result<Sent> send_to_collector(const std::string& url, std::uint64_t bytes);

// `bytes` of lines with their times and offsets; a stream a service.
Result<Sent> send_to_store(const std::string& url, LineShape lines, std::string_view shape, std::uint64_t bytes);

}  // namespace oc::benchmarks
