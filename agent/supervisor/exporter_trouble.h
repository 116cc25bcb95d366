// Why an official collector cannot send: its log says it, its counters say when it is over. It waits for a sink that is
// away, so that nothing of it is counted as failed; only the log knows.
#pragma once

#include <string>
#include <string_view>

#include "agent/supervisor/collector_metrics.h"

namespace oc::agent {

class ExporterTrouble {
 public:
  // `log`: what was written since the call before.
  void note(const ExporterFigures& figures, std::string_view log);
  // "otlp_http/logs: connection refused"; empty: none known.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  ExporterFigures before_;
};

// The last complaint of an exporter in it, in the form of text(); empty: none.
std::string exporter_complaint(std::string_view log);

}  // namespace oc::agent
