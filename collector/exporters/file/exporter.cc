#include "collector/exporters/file/exporter.h"

#include <algorithm>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "base/log.h"
#include "collector/exporters/file/otlp_json.h"
#include "collector/exporters/otlp_http/request.h"
#include "collector/record/batch_reader.h"

namespace oc::collector {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kDrainPoll{20};

// Nothing that a record says leads out of the folder in front of the '*'.
std::string path_in_front(const std::string& pattern, std::string segment) {
  const auto star = pattern.find('*');
  const auto front = pattern.substr(0, star), end = pattern.substr(star + 1);
  if (segment.starts_with("./")) segment.erase(0, 1);
  auto path = fs::path(front + segment + end).lexically_normal().string();
  if (path.starts_with(front)) return path;
  const auto inside = fs::path("/" + segment + end).lexically_normal().string();
  return fs::path(front + "/" + inside).lexically_normal().string();
}

}  // namespace

FileExporter::FileExporter(ComponentId id, std::shared_ptr<const FileExporterConfig> config, const Host& host)
    : id_(id.text()),
      config_(std::move(config)),
      clock_(host.clock),
      without_group_(host.metrics.counter("onecollector_file_exporter_without_group_records_total",
                                          "Records left out because their resource does not say which file is theirs",
                                          {{"exporter", id_}})) {}

Status FileExporter::start() {
  std::lock_guard lock(mutex_);
  const auto folder = fs::path(config_->path).parent_path();
  if (config_->create_directory && !folder.empty()) OC_TRY(ensure_directory(folder, config_->directory_permissions));
  if (config_->groups) return {};
  OC_TRY_ASSIGN(auto file, OutputFile::open(config_->path, *config_, config_->append, clock_));
  open_.push_front({config_->path, std::move(file)});
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
    const auto batch = waiting_.front();
    const auto path = path_of(*batch);
    if (!path) {
      without_group_->add(batch->records.size());
      batch->settle(batch->records.size(), id_ + " group_by");
    } else {
      auto message = batch->records.empty() ? Result<std::string>() : message_of(batch);
      auto written = message ? Status() : Status(std::unexpected(message.error()));
      if (message && !message->empty()) written = write(*message, *path);
      if (!written) {
        batch->listener->on_trouble(fmt::format("{}: {}", id_, written.error().text()));
        return false;
      }
      batch->settle();
    }
    waiting_.pop_front();
  }
  return true;
}

std::optional<std::string> FileExporter::path_of(const LogBatch& batch) const {
  if (!config_->groups) return config_->path;
  Arena arena;
  const auto* segment = BatchReader(batch, arena).resource().find(config_->groups->resource_attribute);
  if (!segment || !segment->is_string()) return std::nullopt;
  return path_in_front(config_->path, std::string(segment->text()));
}

Result<std::string> FileExporter::message_of(const LogBatchPtr& batch) const {
  auto message = config_->proto ? encode_request({BatchPart::whole(batch)}, false).body : otlp_json(*batch);
  if (config_->zstd) {
    OC_TRY_ASSIGN(message, compress(std::move(message), Compression::kZstd));
  }
  return framed(std::move(message), config_->writes_lines());
}

Status FileExporter::write(const std::string& message, const std::string& path) {
  OC_TRY_ASSIGN(OutputFile* const file, file_at(path));
  return file->write(message);
}

// Of files by group as many are open as the config allows; those are appended to when they are opened again.
Result<OutputFile*> FileExporter::file_at(const std::string& path) {
  const auto found = std::ranges::find(open_, path, &OpenFile::path);
  if (found != open_.end()) {
    open_.splice(open_.begin(), open_, found);
    return &open_.front().file;
  }
  OC_TRY(ensure_directory(fs::path(path).parent_path(), config_->directory_permissions));
  OC_TRY_ASSIGN(auto file, OutputFile::open(path, *config_, true, clock_));
  open_.push_front({path, std::move(file)});
  if (config_->groups && open_.size() > static_cast<std::size_t>(config_->groups->max_open_files)) open_.pop_back();
  return &open_.front().file;
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
  open_.clear();
  return {std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end())};
}

ExporterFactory file_exporter_factory() {
  return {.type = "file",
          .aliases = {},
          .parse = parse_file_exporter_config,
          .make = [](const ComponentId& id, std::shared_ptr<const ComponentConfig> config, const Host& host,
                     std::shared_ptr<Storage>) -> std::shared_ptr<Exporter> {
            return std::make_shared<FileExporter>(id, std::static_pointer_cast<const FileExporterConfig>(config), host);
          }};
}

}  // namespace oc::collector
