// Remembers the collector's figures, so that only what changed is told.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "contracts/opamp/collector_report.h"

namespace oc::agent {

class Figures {
 public:
  // The sources whose figures differ from the last report.
  contracts::CollectorReport take(contracts::CollectorReport report) {
    contracts::CollectorReport changed;
    std::map<std::string, contracts::CollectorSourceReport> now;
    for (auto& source : report.sources) {
      const auto before = by_source_.find(source.source_id);
      if (before == by_source_.end() || before->second != source) changed.sources.push_back(source);
      std::string id = source.source_id;
      now.emplace(std::move(id), std::move(source));
    }
    by_source_ = std::move(now);
    return changed;
  }
  const std::map<std::string, contracts::CollectorSourceReport>& by_source() const { return by_source_; }

 private:
  std::map<std::string, contracts::CollectorSourceReport> by_source_;
};

}  // namespace oc::agent
