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
    left_out_changed_ = left_out_ != report.left_out;
    changed.left_out = left_out_ = std::move(report.left_out);
    return changed;
  }
  // All counts at nothing again, as a report of those that had figures; what went wrong is not over by that.
  contracts::CollectorReport begin_anew() {
    contracts::CollectorReport zeros;
    for (auto& [id, source] : by_source_) zeros.sources.push_back({.source_id = id, .last_error = source.last_error});
    by_source_.clear();
    left_out_.clear();
    return zeros;
  }
  // Whether take() found more left out than before.
  bool left_out_changed() const { return left_out_changed_; }
  const std::map<std::string, contracts::CollectorSourceReport>& by_source() const { return by_source_; }

 private:
  std::map<std::string, contracts::CollectorSourceReport> by_source_;
  std::map<std::string, std::uint64_t> left_out_;
  bool left_out_changed_ = false;
};

}  // namespace oc::agent
