// The `file` exporter: writes each batch as one message of OTLP, as JSON lines or as protobuf.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "collector/exporters/file/config.h"
#include "collector/exporters/file/output_file.h"

namespace oc::collector {

class FileExporter final : public Exporter {
 public:
  FileExporter(ComponentId id, std::shared_ptr<const FileExporterConfig> config, const Host& host);

  Status start() override;
  // False as long as the file takes nothing: a full disk. Then this is where it is tried again.
  bool ready() override;
  void consume(LogBatchPtr batch) override;
  Result<std::vector<contracts::Watermark>> watermarks(const std::vector<std::string>& source_ids) override;
  bool drain(std::chrono::milliseconds timeout) override;
  std::vector<LogBatchPtr> stop() override;

 private:
  struct OpenFile {
    std::string path;
    OutputFile file;
  };
  bool write_waiting();
  Status write(const std::string& message, const std::string& path);
  std::optional<std::string> path_of(const LogBatch& batch) const;
  Result<OutputFile*> file_at(const std::string& path);
  Result<std::string> message_of(const LogBatchPtr& batch) const;

  const std::string id_;
  const std::shared_ptr<const FileExporterConfig> config_;
  const Clock& clock_;
  const std::shared_ptr<Counter> without_group_;
  std::mutex mutex_;          // guards all below
  std::list<OpenFile> open_;  // the last used first
  std::deque<LogBatchPtr> waiting_;
};

ExporterFactory file_exporter_factory();

}  // namespace oc::collector
