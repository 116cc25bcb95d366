#include "agent/discovery/process/process_files.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "base/log.h"
#include "contracts/labels/labels.h"

namespace oc::agent {

namespace {

constexpr std::size_t kMaxFoundBytes = 4 << 20;  // 1,000 logs with the longest names

Metadata metadata_of(const ProcessLog& log) {
  Metadata metadata{{"process.executable.name", log.process}};
  metadata["service_name"] = contracts::service_name({.onecollector_label = {},
                                                      .otel_service_name = log.service,
                                                      .compose_service = {},
                                                      .container_name = {},
                                                      .systemd_unit = log.unit,
                                                      .file_stem = contracts::file_stem(log.path)});
  return metadata;
}

}  // namespace

Result<ProcessFiles> ProcessFiles::make(const contracts::ProcessDiscovery& config, std::string found) {
  std::vector<Glob> allow;
  for (const auto& pattern : config.allow) {
    if (!pattern.starts_with('/'))
      return permanent(fmt::format("discovery.processes.allow: \"{}\" is not absolute", pattern), "begin it with /");
    auto glob = Glob::parse(pattern);
    if (!glob) return in_context(std::move(glob).error(), "discovery.processes.allow");
    allow.push_back(*std::move(glob));
  }
  return ProcessFiles(std::move(allow), config.enabled ? std::move(found) : std::string());
}

bool ProcessFiles::is_allowed(const std::string& path) const {
  return std::ranges::any_of(allow_, [&](const Glob& glob) { return glob.matches(path); });
}

bool ProcessFiles::refresh() {
  const auto stat = found_.empty() ? Result<FileStat>(retryable("off")) : stat_path(found_, FollowLinks::kNo);
  if (!stat || stat->id == read_) return false;  // each is a file of its own: it is replaced, not rewritten
  read_ = stat->id;
  const auto text = read_file(found_, kMaxFoundBytes);
  auto logs = text ? decode_process_logs(*text) : Result<ProcessLogs>(std::unexpected(text.error()));
  if (!logs) {
    log::warn("{}: {}; it is made again within a minute", found_, logs.error().text());
    return false;
  }
  logs_ = *std::move(logs);
  for (const auto& log : logs_.logs)
    if (is_allowed(log.path)) collected_[log.path] = metadata_of(log);
  return true;
}

void ProcessFiles::remember(const std::string& path, const Metadata& metadata) {
  if (enabled() && is_allowed(path)) collected_.emplace(path, metadata);
}

NamedFiles ProcessFiles::list() const {
  NamedFiles files;
  for (const auto& [path, metadata] : collected_)
    if (const auto stat = stat_path(path, FollowLinks::kNo); stat && stat->kind == FileStat::Kind::kRegular)
      files[path] = {metadata, *stat};
  return files;
}

std::vector<contracts::ProposedLog> ProcessFiles::proposed(
    const std::function<bool(const std::string&)>& is_known) const {
  std::vector<contracts::ProposedLog> out;
  for (const auto& log : logs_.logs)
    if (!is_allowed(log.path) && !is_known(log.path)) out.push_back({log.path, log.process, log.pid});
  return out;
}

std::vector<std::string> ProcessFiles::notes() const {
  if (logs_.unreadable == 0) return {};
  return {"logs that processes of other users write are not looked for: that takes root and CAP_SYS_PTRACE"};
}

}  // namespace oc::agent
