// Counts and logs what the server's limits refused. Private to base/http; used on the network thread.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/http/message.h"
#include "base/metrics.h"

namespace oc::http {

class Refusals {
 public:
  Refusals(std::shared_ptr<MetricRegistry> metrics, std::string listener);
  // `reason` is a short name such as "queue_full"; a log line for each at most every 10 s.
  void count(const std::string& reason);

 private:
  struct Silence {
    std::chrono::steady_clock::time_point until;
    std::uint64_t unreported = 0;
  };
  std::shared_ptr<MetricRegistry> metrics_;
  std::string listener_;
  std::map<std::string, Silence> silences_;
};

// 503, to be asked again.
Response busy(std::string why);

}  // namespace oc::http
