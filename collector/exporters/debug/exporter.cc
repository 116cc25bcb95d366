#include "collector/exporters/debug/exporter.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/log.h"
#include "collector/exporters/debug/log_text.h"

namespace oc::collector {

namespace {

using Verbosity = DebugExporterConfig::Verbosity;

void read_verbosity(ConfigReader& reader, DebugExporterConfig& config) {
  std::string verbosity = "basic";
  reader.text("verbosity", verbosity);
  std::string lower = verbosity;
  for (char& c : lower) c = static_cast<char>(c | 0x20);
  if (lower == "normal") {
    config.verbosity = Verbosity::kNormal;
  } else if (lower == "detailed") {
    config.verbosity = Verbosity::kDetailed;
  } else if (lower != "basic") {
    reader.fail("verbosity", fmt::format("'verbosity' must be basic, normal or detailed, not '{}'", verbosity));
  }
}

Result<std::shared_ptr<const ComponentConfig>> parse_debug(const ComponentId& id, const ConfigValue& value) {
  constexpr std::int64_t kMost = 1 << 30;
  auto config = std::make_shared<DebugExporterConfig>();
  ConfigReader reader(value, id.text());
  read_verbosity(reader, *config);
  reader.integer("sampling_initial", config->sampling_initial, 0, kMost);
  reader.integer("sampling_thereafter", config->sampling_thereafter, 0, kMost);
  reader.boolean("use_internal_logger", config->use_internal_logger);
  reader.text_list("output_paths", config->output_paths);
  reader.not_supported({"sending_queue", "timeout", "retry_on_failure"});
  if (config->use_internal_logger && value.find("output_paths"))
    reader.fail("output_paths", "'output_paths' is only used with 'use_internal_logger: false'");
  OC_TRY(reader.finish());
  return config;
}

Result<UniqueFd> open_output(const std::string& path) {
  const int standard = path == "stdout" ? STDOUT_FILENO : path == "stderr" ? STDERR_FILENO : -1;
  if (standard < 0) return open_file(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
  const int copy = ::fcntl(standard, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return errno_error("dup", path, errno);
  return UniqueFd(copy);
}

}  // namespace

Status DebugExporter::start() {
  if (config_->use_internal_logger) return {};
  for (const auto& path : config_->output_paths) {
    OC_TRY_ASSIGN(auto output, open_output(path));
    outputs_.push_back(std::move(output));
  }
  return {};
}

// The first messages of each second are written, of the others every so many.
bool DebugExporter::is_sampled() {
  const auto now = clock_.steady();
  if (now - second_begins_ >= std::chrono::seconds(1)) {
    second_begins_ = now;
    in_this_second_ = 0;
  }
  const auto beyond = ++in_this_second_ - config_->sampling_initial;
  return beyond <= 0 || (config_->sampling_thereafter > 0 && beyond % config_->sampling_thereafter == 0);
}

void DebugExporter::consume(LogBatchPtr batch) {
  if (!batch->records.empty()) {
    std::lock_guard lock(mutex_);
    if (is_sampled()) write(*batch);
  }
  batch->settle();
}

void DebugExporter::write(const LogBatch& batch) {
  std::string text = fmt::format("Logs {{\"resource logs\": 1, \"log records\": {}}}", batch.records.size());
  if (config_->verbosity == Verbosity::kNormal) text += "\n" + normal_text(batch);
  if (config_->verbosity == Verbosity::kDetailed) text += "\n" + detailed_text(batch);
  if (config_->use_internal_logger) return log::info("{}: {}", id_, text);
  for (const auto& output : outputs_)
    if (auto written = write_all(output.get(), text + "\n", id_); !written)
      log::warn("{}: {}", id_, written.error().text());
}

Result<std::vector<contracts::Watermark>> DebugExporter::watermarks(const std::vector<std::string>&) {
  return std::vector<contracts::Watermark>();
}

std::vector<LogBatchPtr> DebugExporter::stop() {
  std::lock_guard lock(mutex_);
  outputs_.clear();
  return {};
}

ExporterFactory debug_exporter_factory() {
  return {.type = "debug",
          .aliases = {},
          .parse = parse_debug,
          .make = [](const ComponentId& id, std::shared_ptr<const ComponentConfig> config, const Host& host,
                     std::shared_ptr<Storage>) -> std::shared_ptr<Exporter> {
            return std::make_shared<DebugExporter>(id, std::static_pointer_cast<const DebugExporterConfig>(config),
                                                   host);
          }};
}

}  // namespace oc::collector
