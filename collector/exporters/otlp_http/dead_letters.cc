#include "collector/exporters/otlp_http/dead_letters.h"

#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "collector/record/batch_reader.h"

namespace oc::collector {

namespace {

Status append_line(const std::string& path, const std::string& line) {
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0 &&
      static_cast<std::uint64_t>(info.st_size) + line.size() > DeadLetters::kMaxFileBytes)
    if (std::rename(path.c_str(), (path + ".1").c_str()) != 0) return errno_error("rename", path, errno);
  OC_TRY_ASSIGN(const UniqueFd fd, open_file(path, O_WRONLY | O_APPEND | O_CREAT, 0600));
  const auto before = ::lseek(fd.get(), 0, SEEK_END);
  auto written = write_all(fd.get(), line, path);
  // Half a line, of a disk that became full, would spoil the one that comes next.
  if (!written && ::ftruncate(fd.get(), before) != 0) return errno_error("truncate", path, errno);
  return written;
}

std::string body_text(const LogBatch& batch, std::size_t record) {
  Arena arena;
  return contracts::otlp::to_text(BatchReader(batch, arena).record(record).body());
}

}  // namespace

void DeadLetters::keep(const LogBatch& batch, std::size_t record, std::string_view reason) {
  const auto& refused = batch.records[record];
  std::uint64_t unsaid = 0;
  const bool say = log_limit_.allow(std::chrono::steady_clock::now(), unsaid);
  if (say)
    log::error(
        "a record of {} at offset {} was refused by the sink and is left out, {} more since the last such line: {}",
        batch.stream->source_id, refused.offset, unsaid, reason);
  if (path_.empty()) return;
  const Json json = {{"time", to_rfc3339(system_clock().wall_ns())},
                     {"source_id", batch.stream->source_id},
                     {"file_id", batch.stream->file_id},
                     {"offset", refused.offset},
                     {"reason", reason},
                     {"body", body_text(batch, record)}};
  std::lock_guard lock(mutex_);
  const auto kept = append_line(path_, json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  if (kept) return;
  unkept_->add();
  if (say) log::error("the refused record could not be kept: {}", kept.error().text());
}

}  // namespace oc::collector
