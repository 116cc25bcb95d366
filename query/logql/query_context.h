// What every part of a running query shares.
#pragma once

#include <cstdint>

#include "query/logql/limits.h"
#include "query/logql/log_reader.h"

namespace oc::query {

struct QueryStats {
  std::uint64_t lines = 0;  // that passed the store's filters
  std::uint64_t bytes = 0;  // of those lines
};

struct QueryContext {
  const LogReader* reader = nullptr;
  Interruption interruption;
  QueryStats stats;
};

// A scan with the context's limits; matchers, bounds and filters are set by the caller.
inline ScanRequest scan_request(const QueryContext& context) {
  ScanRequest request;
  request.interruption = context.interruption;
  request.max_bytes = kMaxScannedBytes;
  return request;
}

}  // namespace oc::query
