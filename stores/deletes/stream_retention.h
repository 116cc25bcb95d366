// Streams that are kept for less time than the others (retention.streams).
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "contracts/config/config.h"
#include "query/logql/log_reader.h"
#include "stores/logs/log_store.h"

namespace oc::stores {

class StreamRetention {
 public:
  // "24h {env=\"dev\"}" each. An error names the rule.
  static Result<StreamRetention> compile(std::span<const std::string> rules);
  // The shortest of the rules that fit; nullopt: none does.
  std::optional<Nanos> period_of(const query::Labels& stream) const;
  // Takes what is too old off the disk; how many rows that were. A part is written anew once a tenth of the period has
  // passed since its oldest rows were due, so that each row is written some ten times at most.
  Result<std::uint64_t> apply(LogStore& store, Nanos now_ns, const std::stop_token& stop = {}) const;
  bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    Nanos period_ns = 0;
    query::CompiledMatchers matchers;
  };
  std::vector<Rule> rules_;
};

// Applies the rules now and then, until it is gone. What is given must outlive it.
class StreamRetentionThread {
 public:
  StreamRetentionThread(StreamRetention rules, LogStore& store, const Clock& clock = system_clock());

 private:
  StreamRetention rules_;
  std::jthread thread_;
};

}  // namespace oc::stores
