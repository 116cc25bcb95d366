#include "agent/discovery/journal/syslog_daemon.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "base/files.h"

namespace oc::agent {

namespace {

// Their names in /proc/PID/comm.
constexpr std::array<std::string_view, 2> kDaemons = {"rsyslogd", "syslog-ng"};
// The files that get everything, Debian's and Red Hat's.
constexpr std::array<std::string_view, 2> kFiles = {"syslog", "messages"};

std::optional<std::string> running_daemon(const std::string& proc) {
  std::error_code error;
  for (std::filesystem::directory_iterator process(proc, error), end; !error && process != end;
       process.increment(error)) {
    auto name = read_file(process->path() / "comm");
    if (!name) continue;
    while (name->ends_with('\n')) name->pop_back();
    if (std::ranges::find(kDaemons, *name) != kDaemons.end()) return *name;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> copied_by_syslog(
    const std::function<std::optional<std::string>(std::string_view name)>& source_named, const std::string& proc) {
  for (const auto name : kFiles) {
    const auto file = source_named(name);
    if (!file) continue;
    const auto daemon = running_daemon(proc);
    return daemon ? std::optional(fmt::format("{} writes it to {}", *daemon, *file)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace oc::agent
