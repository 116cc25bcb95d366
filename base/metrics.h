// A process's own metrics, in the Prometheus text format (0.0.4). Names come from contracts/metric_names.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oc {

using MetricLabels = std::vector<std::pair<std::string, std::string>>;  // in the order they are written

class Counter {
 public:
  void add(std::uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Counters and gauges live as long as the registry, unless removed; asking twice for the same name and labels gives
// the same one. Thread-safe; keep the reference instead of asking on a hot path.
class MetricRegistry {
 public:
  std::shared_ptr<Counter> counter(const std::string& name, const std::string& help, MetricLabels labels = {});
  std::shared_ptr<Gauge> gauge(const std::string& name, const std::string& help, MetricLabels labels = {});
  void remove(const std::string& name, const MetricLabels& labels);
  std::string prometheus_text() const;

 private:
  struct Family {
    std::string help;
    bool is_counter = false;
    std::map<MetricLabels, std::shared_ptr<Counter>> counters;
    std::map<MetricLabels, std::shared_ptr<Gauge>> gauges;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Family> families_;
};

// One sample of a scraped text; used by whoever reads another process's /metrics.
struct MetricSample {
  std::string name;
  std::map<std::string, std::string> labels;
  double value = 0;
};
std::vector<MetricSample> parse_prometheus_text(std::string_view text);

// Resident memory and CPU seconds of this process, from /proc/self.
struct ProcessUsage {
  std::uint64_t resident_bytes = 0;
  double cpu_seconds = 0;
};
ProcessUsage process_usage();

}  // namespace oc
