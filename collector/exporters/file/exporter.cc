#include "collector/exporters/file/exporter.h"

#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/exporters/file/otlp_json.h"

namespace oc::collector {

namespace {

constexpr std::chrono::milliseconds kDrainPoll{20};

Result<std::shared_ptr<const ComponentConfig>> parse(const ComponentId& id, const ConfigValue& value) {
  auto config = std::make_shared<FileExporterConfig>();
  ConfigReader reader(value, id.text());
  std::string format = "json";
  Duration flush_interval{};
  reader.text("path", config->path);
  reader.text("format", format);
  reader.boolean("append", config->append);
  reader.duration("flush_interval", flush_interval);  // each batch is written when it comes, which is sooner
  reader.not_supported(
      {"rotation", "compression", "encoding", "group_by", "create_directory", "directory_permissions"});
  if (config->path.empty()) reader.fail("path", "'path' is missing");
  if (format != "json") reader.fail("format", fmt::format("'format: {}' is not supported yet", format), "only json is");
  OC_TRY(reader.finish());
  return config;
}

}  // namespace

Status FileExporter::start() {
  const int mode = O_WRONLY | O_CREAT | O_APPEND | (config_->append ? 0 : O_TRUNC);
  OC_TRY_ASSIGN(fd_, open_file(config_->path, mode, 0644));
  return {};
}

bool FileExporter::ready() {
  std::lock_guard lock(mutex_);
  return write_waiting();
}

void FileExporter::consume(LogBatchPtr batch) {
  std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(batch));
  write_waiting();
}

bool FileExporter::write_waiting() {
  while (!waiting_.empty()) {
    const auto& batch = waiting_.front();
    if (!batch->records.empty()) {
      if (auto written = write(*batch); !written) {
        batch->listener->on_trouble(fmt::format("{}: {}", id_, written.error().text()));
        return false;
      }
    }
    batch->settle();
    waiting_.pop_front();
  }
  return true;
}

// A line that could not be written whole is taken back.
Status FileExporter::write(const LogBatch& batch) {
  struct stat before{};
  if (::fstat(fd_.get(), &before) != 0) return errno_error("fstat", config_->path, errno);
  auto written = write_all(fd_.get(), otlp_json(batch) + "\n", config_->path);
  if (!written && ::ftruncate(fd_.get(), before.st_size) != 0) return errno_error("ftruncate", config_->path, errno);
  return written;
}

Result<std::vector<contracts::Watermark>> FileExporter::watermarks(const std::vector<std::string>&) {
  return std::vector<contracts::Watermark>();
}

bool FileExporter::drain(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!ready()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(kDrainPoll);
  }
  return true;
}

std::vector<LogBatchPtr> FileExporter::stop() {
  std::lock_guard lock(mutex_);
  fd_.reset();
  return {std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end())};
}

ExporterFactory file_exporter_factory() {
  return {.type = "file",
          .aliases = {},
          .parse = parse,
          .make = [](const ComponentId& id, std::shared_ptr<const ComponentConfig> config, const Host&,
                     std::shared_ptr<Storage>) -> std::shared_ptr<Exporter> {
            return std::make_shared<FileExporter>(id, std::static_pointer_cast<const FileExporterConfig>(config));
          }};
}

}  // namespace oc::collector
