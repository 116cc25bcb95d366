// Sends requests to one URL, one after the other, each again until it is taken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/http/client.h"
#include "base/result.h"

namespace oc::benchmarks {

inline constexpr std::size_t kLines = 5'000;  // a request

// What a request's body holds.
struct Made {
  std::string body;
  std::uint64_t records = 0;
  std::uint64_t text_bytes = 0;  // of the records' lines
};

struct Sent {
  std::uint64_t bytes = 0;  // of requests
  std::uint64_t records = 0;
  std::uint64_t text_bytes = 0;
  std::uint64_t refused = 0;    // requests that were sent again
  std::vector<double> took_ms;  // of each request: from its sending to the answer that it was taken
};

class Sender {
 public:
  explicit Sender(std::string url);
  // An error: it was refused again and again.
  Status send(const Made& made);
  Sent sent;

 private:
  std::string url_;
  http::Client client_;
};

}  // namespace oc::benchmarks
