// The `file` exporter: appends each batch as one line of OTLP's JSON to a file.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "base/files.h"
#include "collector/pipeline/config_reader.h"
#include "collector/pipeline/factory.h"

namespace oc::collector {

struct FileExporterConfig : ComponentConfig {
  std::string path;
  bool append = false;  // else the file is begun anew at each start
};

class FileExporter final : public Exporter {
 public:
  FileExporter(ComponentId id, std::shared_ptr<const FileExporterConfig> config)
      : id_(id.text()), config_(std::move(config)) {}

  Status start() override;
  // False as long as the file takes nothing: a full disk. Then this is where it is tried again.
  bool ready() override;
  void consume(LogBatchPtr batch) override;
  Result<std::vector<contracts::Watermark>> watermarks(const std::vector<std::string>& source_ids) override;
  bool drain(std::chrono::milliseconds timeout) override;
  std::vector<LogBatchPtr> stop() override;

 private:
  bool write_waiting();
  Status write(const LogBatch& batch);

  const std::string id_;
  const std::shared_ptr<const FileExporterConfig> config_;
  std::mutex mutex_;  // guards all below
  UniqueFd fd_;
  std::deque<LogBatchPtr> waiting_;
};

ExporterFactory file_exporter_factory();

}  // namespace oc::collector
