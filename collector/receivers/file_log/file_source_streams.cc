// What the records of a source carry, and the way back of their batches.
#include <filesystem>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#include "collector/receivers/file_log/file_search.h"
#include "collector/receivers/file_log/file_source.h"
#include "contracts/otlp/fields.h"

namespace oc::collector {

namespace {

namespace otlp = contracts::otlp;

// The way back of a file's batches: to the loop's thread.
class ToLoop final : public DeliveryListener {
 public:
  ToLoop(std::shared_ptr<TaskInbox> inbox, std::weak_ptr<FileSource> source, const TailedFilePtr& file)
      : inbox_(std::move(inbox)), source_(std::move(source)), file_(file), epoch_(file->epoch()) {}

  void on_settled(const LogBatch& batch, std::uint64_t dropped, std::string_view reason) override {
    FileSource::Settled settled{.epoch = epoch_, .range = batch.range, .left_out = batch.lost()};
    std::uint64_t lost = 0;
    for (const auto& part : settled.left_out) lost += part.records;
    settled.acknowledged = batch.records.size() - std::min<std::uint64_t>(lost, batch.records.size());
    settled.left_out.insert(settled.left_out.end(), batch.left_out.begin(), batch.left_out.end());
    if (dropped > 0) settled.error = reason;
    inbox_->post([source = source_, file = file_, settled = std::move(settled)] {
      const auto to = source.lock();
      const auto of = file.lock();
      if (to && of) to->on_settled(of, settled);
    });
  }
  void on_returned(LogBatchPtr batch) override {
    inbox_->post([source = source_, file = file_, epoch = epoch_, batch = std::move(batch)] {
      const auto to = source.lock();
      const auto of = file.lock();
      if (to && of) to->on_returned(of, epoch, batch);
    });
  }
  void on_trouble(std::string_view reason) override {
    inbox_->post([source = source_, reason = std::string(reason)] {
      if (const auto to = source.lock()) to->on_trouble(reason);
    });
  }

 private:
  const std::shared_ptr<TaskInbox> inbox_;
  const std::weak_ptr<FileSource> source_;
  const std::weak_ptr<TailedFile> file_;
  const int epoch_;
};

constexpr std::size_t kNameBufferBytes = 16 << 10;  // of a group with many members

// The number, where it has no name.
std::string user_name(uid_t id) {
  std::string buffer(kNameBufferBytes, '\0');
  passwd entry{}, *found = nullptr;
  return ::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0 && found ? found->pw_name
                                                                                      : std::to_string(id);
}
std::string group_name(gid_t id) {
  std::string buffer(kNameBufferBytes, '\0');
  group entry{}, *found = nullptr;
  return ::getgrgid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0 && found ? found->gr_name
                                                                                      : std::to_string(id);
}

void add_attribute(std::string& out, std::uint32_t field, std::string_view key, std::string_view value) {
  otlp::append_string_attribute(out, field, otlp::to_valid_utf8(key), otlp::to_valid_utf8(value));
}

}  // namespace

std::shared_ptr<const LogStream> FileSource::make_stream(const TailedFile& file) const {
  auto stream = std::make_shared<LogStream>();
  stream->source_id = source_id_;
  stream->file_id = file.file_id;
  stream->with_record_offset = config_->include_record_offset;
  constexpr auto kResource = static_cast<std::uint32_t>(otlp::Resource::attributes);
  constexpr auto kRecord = static_cast<std::uint32_t>(otlp::LogRecord::attributes);
  for (const auto& [key, value] : config_->resource) add_attribute(stream->resource_attributes, kResource, key, value);
  for (const auto& [key, value] : config_->attributes) add_attribute(stream->record_attributes, kRecord, key, value);
  const auto& path = config_->inside_container.empty() ? file.record_path : config_->inside_container;
  if (config_->include_file_path) add_attribute(stream->record_attributes, kRecord, "log.file.path", path);
  if (config_->include_file_name)
    add_attribute(stream->record_attributes, kRecord, "log.file.name", std::filesystem::path(path).filename().string());
  add_file_attributes(file, stream->record_attributes);
  if (file.header) stream->record_attributes += file.header->record_attributes;
  return stream;
}

// What has to be asked for, as it is now.
void FileSource::add_file_attributes(const TailedFile& file, std::string& out) const {
  constexpr auto kRecord = static_cast<std::uint32_t>(otlp::LogRecord::attributes);
  const auto& path = file.place();
  if (config_->include_real_name) add_attribute(out, kRecord, "log.file.name_resolved", name_of(path));
  if (config_->include_real_path) add_attribute(out, kRecord, "log.file.path_resolved", path);
  struct stat status{};
  if (!(config_->include_permissions || config_->include_owner || config_->include_group) || !file.fd ||
      ::fstat(file.fd.get(), &status) != 0)
    return;
  if (config_->include_permissions)
    add_attribute(out, kRecord, "log.file.permissions", fmt::format("{:o}", status.st_mode & 07777));
  if (config_->include_owner) add_attribute(out, kRecord, "log.file.owner.name", user_name(status.st_uid));
  if (config_->include_group) add_attribute(out, kRecord, "log.file.owner.group.name", group_name(status.st_gid));
}

void FileSource::connect(const TailedFilePtr& file) {
  file->stream = make_stream(*file);
  file->listener = std::make_shared<ToLoop>(inbox_, weak_from_this(), file);
}

}  // namespace oc::collector
