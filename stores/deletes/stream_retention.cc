#include "stores/deletes/stream_retention.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/log.h"
#include "contracts/config/quantities.h"
#include "query/logql/parser.h"

namespace oc::stores {

namespace {
constexpr std::chrono::minutes kRetentionEvery{10};
constexpr Nanos kSlackShare = 10;  // of the period
}  // namespace

Result<StreamRetention> StreamRetention::compile(std::span<const std::string> rules) {
  StreamRetention retention;
  for (const std::string& rule : rules) {
    const auto space = std::min(rule.find(' '), rule.size());
    const auto period = contracts::parse_duration(std::string_view(rule).substr(0, space));
    if (!period) return permanent("retention.streams: '" + rule + "': its period is none", "write 24h, 7d …");
    const auto wrong = [&](const Error& error) { return in_context(error, "retention.streams: '" + rule + "'"); };
    const auto matchers = query::parse_matchers(std::string_view(rule).substr(space));
    if (!matchers) return wrong(matchers.error());
    auto compiled = query::CompiledMatchers::compile(*matchers);
    if (!compiled) return wrong(compiled.error());
    retention.rules_.push_back({std::chrono::nanoseconds(*period).count(), std::move(*compiled)});
  }
  return retention;
}

std::optional<Nanos> StreamRetention::period_of(const query::Labels& stream) const {
  std::optional<Nanos> shortest;
  for (const Rule& rule : rules_)
    if (rule.matchers.matches(stream)) shortest = std::min(shortest.value_or(rule.period_ns), rule.period_ns);
  return shortest;
}

Result<std::uint64_t> StreamRetention::apply(LogStore& store, Nanos now_ns, const std::stop_token& stop) const {
  const RowRemoval removal{.concerns =
                               [&](const query::Stream& stream, Nanos first_ns, Nanos) {
                                 const auto period = period_of(stream.labels);
                                 return period && first_ns < now_ns - *period - *period / kSlackShare;
                               },
                           .removes =
                               [&](const query::Stream& stream, const query::Row& row) {
                                 const auto period = period_of(stream.labels);
                                 return period && row.time_ns < now_ns - *period;
                               },
                           .sealed_only = true};
  return store.remove_rows(removal, stop);
}

StreamRetentionThread::StreamRetentionThread(StreamRetention rules, LogStore& store, const Clock& clock)
    : rules_(std::move(rules)) {
  if (rules_.empty()) return;
  thread_ = std::jthread([this, &store, &clock](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any woken;
    while (!stop.stop_requested()) {
      const auto removed = rules_.apply(store, clock.wall_ns(), stop);
      if (!removed) log::warn("retention of streams: {}", removed.error().text());
      if (removed && *removed > 0) log::info("retention of streams: {} rows are gone", *removed);
      std::unique_lock lock(mutex);
      woken.wait_for(lock, stop, kRetentionEvery, [] { return false; });
    }
  });
}

}  // namespace oc::stores
