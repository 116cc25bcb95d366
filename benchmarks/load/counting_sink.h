// What an OTLP/HTTP sink is sent, added up so that the order of requests does not matter: two runs over the same lines
// give the same figures exactly if each record came once and unchanged.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/http/server.h"
#include "base/result.h"

namespace oc::benchmarks {

// Serves POST /v1/logs, and GET /figures:
//   {"records","body_bytes","sample_hash","attributes","timed","severe","last_ns","requests"}
// sample_hash adds up the hashes of one body in 64, chosen by their hash; `timed` and `severe` count records with a
// time and a severity number; last_ns is the monotonic clock at the last record.
Result<std::unique_ptr<http::Server>> serve_counting_sink(std::uint16_t port);

}  // namespace oc::benchmarks
