// The `debug` exporter: tells in the collector's log, or in files, what came.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/files.h"
#include "collector/pipeline/config_reader.h"
#include "collector/pipeline/factory.h"

namespace oc::collector {

struct DebugExporterConfig : ComponentConfig {
  enum class Verbosity { kBasic, kNormal, kDetailed };
  Verbosity verbosity = Verbosity::kBasic;
  std::int64_t sampling_initial = 2;     // messages a second that are all written
  std::int64_t sampling_thereafter = 1;  // of those that follow every so many; 0: none
  bool use_internal_logger = true;
  std::vector<std::string> output_paths{"stdout"};  // files, stdout or stderr; where the log is not used
};

class DebugExporter final : public Exporter {
 public:
  DebugExporter(ComponentId id, std::shared_ptr<const DebugExporterConfig> config, const Host& host)
      : id_(id.text()), config_(std::move(config)), clock_(host.clock) {}

  Status start() override;
  bool ready() override { return true; }
  void consume(LogBatchPtr batch) override;
  Result<std::vector<contracts::Watermark>> watermarks(const std::vector<std::string>& source_ids) override;
  bool drain(std::chrono::milliseconds) override { return true; }
  std::vector<LogBatchPtr> stop() override;

 private:
  bool is_sampled();
  void write(const LogBatch& batch);

  const std::string id_;
  const std::shared_ptr<const DebugExporterConfig> config_;
  const Clock& clock_;
  std::mutex mutex_;  // guards all below
  std::vector<UniqueFd> outputs_;
  std::chrono::steady_clock::time_point second_begins_{};
  std::int64_t in_this_second_ = 0;
};

ExporterFactory debug_exporter_factory();

}  // namespace oc::collector
