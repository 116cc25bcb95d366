#include "agent/opamp_client/probe_file.h"

#include <algorithm>
#include <cctype>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/ids.h"

namespace oc::agent {
namespace {

constexpr int kAppend = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC;

Result<std::uint64_t> size_of(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return errno_error("stat", path, errno);
  return static_cast<std::uint64_t>(status.st_size);
}

bool is_uuid(const std::string& text) {
  return text.size() == 36 && std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) || c == '-'; });
}

}  // namespace

Result<ProbeFile> ProbeFile::open(std::filesystem::path path, const std::string& agent_id, const Clock& clock) {
  ProbeFile probe(std::move(path), clock);
  OC_TRY(open_file(probe.path_, kAppend));
  auto& source = probe.source_;
  source.source_id = stable_hash(agent_id + "\nprobe");
  source.source_type = model::SourceType::kProbe;
  source.log_path = probe.path_.string();
  source.metadata["service_name"] = "onecollector-probe";
  source.discovered_at_ns = clock.wall_ns();
  source.shape.shape = "text";
  source.shape.confidence = 1;
  source.shape.reason = "written by the agent";
  return probe;
}

Result<contracts::LedgerEntry> ProbeFile::ledger() const {
  OC_TRY_ASSIGN(const auto size, size_of(path_));
  return contracts::LedgerEntry{source_.source_id, size, 0, size, clock_.wall_ns()};
}

Result<Nanos> ProbeFile::write(const std::string& test_id) {
  if (!is_uuid(test_id)) return permanent("the probe's test_id is no UUID");
  OC_TRY(rotate_if_big());
  OC_TRY_ASSIGN(const UniqueFd fd, open_file(path_, kAppend));
  const Nanos now = clock_.wall_ns();
  std::string line = contracts::probe_line(test_id, now);
  if (!line.ends_with('\n')) line += '\n';
  OC_TRY(write_all(fd.get(), line, path_));
  return now;
}

Status ProbeFile::rotate_if_big() {
  const auto size = size_of(path_);
  if (!size || *size <= kMaxProbeBytes) return {};  // a missing file is made by the write
  const std::string old = path_.string() + ".1";
  if (::rename(path_.c_str(), old.c_str()) != 0) return errno_error("rename", path_, errno);
  return {};
}

}  // namespace oc::agent
