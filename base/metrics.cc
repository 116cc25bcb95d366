#include "base/metrics.h"

#include <cmath>
#include <ctime>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

namespace oc {

namespace {

// Prometheus text format 0.0.4: help escapes backslash and newline, label values the double quote as well.
std::string escaped(std::string_view text, bool quotes_too) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quotes_too)
      out += "\\\"";
    else
      out += c;
  }
  return out;
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

void append_sample(std::string& text, const std::string& name, const MetricLabels& labels, const std::string& value) {
  text += name;
  char separator = '{';
  for (const auto& [key, content] : labels) {
    text += fmt::format("{}{}=\"{}\"", separator, key, escaped(content, true));
    separator = ',';
  }
  if (!labels.empty()) text += '}';
  text += fmt::format(" {}\n", value);
}

}  // namespace

std::shared_ptr<Counter> MetricRegistry::counter(const std::string& name, const std::string& help,
                                                 MetricLabels labels) {
  std::lock_guard lock(mutex_);
  auto& family = families_[name];
  if (family.help.empty()) family.help = help;
  family.is_counter = true;
  auto& entry = family.counters[std::move(labels)];
  if (!entry) entry = std::make_shared<Counter>();
  return entry;
}

std::shared_ptr<Gauge> MetricRegistry::gauge(const std::string& name, const std::string& help, MetricLabels labels) {
  std::lock_guard lock(mutex_);
  auto& family = families_[name];
  if (family.help.empty()) family.help = help;
  auto& entry = family.gauges[std::move(labels)];
  if (!entry) entry = std::make_shared<Gauge>();
  return entry;
}

void MetricRegistry::remove(const std::string& name, const MetricLabels& labels) {
  std::lock_guard lock(mutex_);
  const auto family = families_.find(name);
  if (family == families_.end()) return;
  family->second.counters.erase(labels);
  family->second.gauges.erase(labels);
  if (family->second.counters.empty() && family->second.gauges.empty()) families_.erase(family);
}

std::string MetricRegistry::prometheus_text() const {
  std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [name, family] : families_) {
    text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escaped(family.help, false), name,
                        family.is_counter ? "counter" : "gauge");
    for (const auto& [labels, counter] : family.counters)
      append_sample(text, name, labels, fmt::format("{}", counter->value()));
    for (const auto& [labels, gauge] : family.gauges) append_sample(text, name, labels, number(gauge->value()));
  }
  return text;
}

ProcessUsage process_usage() {
  ProcessUsage usage;
  std::ifstream statm("/proc/self/statm");  // in pages; the second number is what is resident
  std::uint64_t total = 0, resident = 0;
  if (statm >> total >> resident) usage.resident_bytes = resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  timespec cpu{};
  if (::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu) == 0)
    usage.cpu_seconds = static_cast<double>(cpu.tv_sec) + static_cast<double>(cpu.tv_nsec) * 1e-9;
  return usage;
}

}  // namespace oc
