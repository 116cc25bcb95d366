#include "collector/processors/memory_limiter/memory_limiter.h"

#include <charconv>
#include <tuple>

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include "base/files.h"
#include "base/log.h"

namespace oc::collector {

namespace {

constexpr std::uint64_t kMiB = 1 << 20;
// The official default: a fifth of the limit is kept for what is under way.
constexpr std::uint64_t kDefaultSpikePercent = 20;

struct Limits {
  std::int64_t limit_mib = 0, spike_limit_mib = 0, limit_percent = 0, spike_percent = 0;
};

// The official rules: mib wins over percentage; the spike limit is below the limit.
std::pair<std::uint64_t, std::uint64_t> byte_limits(ConfigReader& reader, const Limits& limits) {
  const bool by_size = limits.limit_mib > 0;
  const std::uint64_t total = by_size ? 0 : available_memory_bytes();
  const std::uint64_t limit = by_size ? limits.limit_mib * kMiB : total / 100 * limits.limit_percent;
  std::uint64_t spike = by_size ? limits.spike_limit_mib * kMiB : total / 100 * limits.spike_percent;
  if (limit == 0) reader.fail("limit_mib", "'limit_mib' or 'limit_percentage' must be greater than zero");
  if (spike == 0) spike = limit / 100 * kDefaultSpikePercent;
  if (spike >= limit && limit > 0) reader.fail("spike_limit_mib", "the spike limit must be smaller than the limit");
  return {limit, limit - std::min(spike, limit)};
}

Result<std::shared_ptr<const ComponentConfig>> parse(const ComponentId& id, const ConfigValue& value) {
  auto config = std::make_shared<MemoryLimiterConfig>();
  ConfigReader reader(value, id.text());
  Limits limits;
  reader.duration("check_interval", config->check_interval);
  reader.integer("limit_mib", limits.limit_mib, 0, 1 << 30);
  reader.integer("spike_limit_mib", limits.spike_limit_mib, 0, 1 << 30);
  reader.integer("limit_percentage", limits.limit_percent, 0, 100);
  reader.integer("spike_limit_percentage", limits.spike_percent, 0, 100);
  if (config->check_interval.count() == 0) reader.fail("check_interval", "'check_interval' must be greater than zero");
  // Here memory is given back to the system where the official one collects garbage, at most so often.
  reader.duration("min_gc_interval_when_soft_limited", config->trim_interval);
  reader.duration("min_gc_interval_when_hard_limited", config->hard_trim_interval);
  if (config->trim_interval < config->hard_trim_interval)
    reader.fail("min_gc_interval_when_soft_limited",
                "'min_gc_interval_when_soft_limited' must not be shorter than 'min_gc_interval_when_hard_limited'");
  std::tie(config->limit_bytes, config->soft_limit_bytes) = byte_limits(reader, limits);
  OC_TRY(reader.finish());
  return config;
}

std::uint64_t cgroup_limit() {
  const auto text = read_file("/sys/fs/cgroup/memory.max", 64);
  std::uint64_t limit = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), limit).ec != std::errc())
    return ~0ull;  // "max"
  return limit;
}

}  // namespace

std::uint64_t available_memory_bytes() {
  const auto machine =
      static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return std::min(machine, cgroup_limit());
}

MemoryLimiter::MemoryLimiter(ComponentId id, MemoryLimiterConfig config, const Host& host, ReadUsage usage)
    : id_(std::move(id)), config_(std::move(config)), host_(host), usage_(std::move(usage)) {
  pauses_ =
      host.metrics.counter("onecollector_memory_limiter_pauses_total",
                           "How often receivers were paused because of the memory limit", {{"processor", id_.text()}});
  paused_ = host.metrics.gauge("onecollector_memory_limiter_paused",
                               "1 while receivers pause because of the memory limit", {{"processor", id_.text()}});
}

bool MemoryLimiter::ready() {
  const auto now = host_.clock.steady();
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (lock && now >= next_check_) {
    next_check_ = now + config_.check_interval;
    check(usage_());
  }
  return !over_.load(std::memory_order_relaxed);
}

void MemoryLimiter::check(std::uint64_t used) {
  const bool over = used > config_.soft_limit_bytes;
  if (over) give_back_memory(used > config_.limit_bytes ? config_.hard_trim_interval : config_.trim_interval);
  if (over == over_.exchange(over)) return;
  paused_->set(over ? 1 : 0);
  if (over) pauses_->add();
  log::warn("{}: {} MiB in use, the soft limit is {} MiB: receivers {}", id_.text(), used / kMiB,
            config_.soft_limit_bytes / kMiB, over ? "pause" : "go on");
}

// What was freed may still count as used until the allocator gives it back.
void MemoryLimiter::give_back_memory(Duration interval) {
  const auto now = host_.clock.steady();
  if (trimmed_ && now - *trimmed_ < interval) return;
  trimmed_ = now;
  ::malloc_trim(0);
}

ProcessorFactory memory_limiter_factory() {
  return {.type = "memory_limiter",
          .aliases = {},
          .parse = parse,
          .make = [](const ComponentId& id, std::shared_ptr<const ComponentConfig> config,
                     const Host& host) -> std::shared_ptr<Processor> {
            return std::make_shared<MemoryLimiter>(id, static_cast<const MemoryLimiterConfig&>(*config), host,
                                                   [] { return process_usage().resident_bytes; });
          }};
}

}  // namespace oc::collector
