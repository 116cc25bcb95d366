// Raw lines as OTLP/HTTP, 5,000 a request, to a collector that is measured.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "benchmarks/load/sender.h"

namespace oc::benchmarks {

// A few requests made beforehand, sent again and again until `bytes` of requests went out.
Result<Sent> send_to_collector(const std::string& url, std::uint64_t bytes);

}  // namespace oc::benchmarks
