// The walk through /proc.
#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "agent/discovery/file_stat.h"
#include "agent/discovery/log_path_hints.h"
#include "agent/discovery/path_filter.h"
#include "agent/discovery/process/process_logs.h"
#include "base/files.h"
#include "base/log.h"
#include "contracts/opamp/proposed_log.h"

namespace oc::agent {

namespace {

namespace fs = std::filesystem;

// A machine with more is looked at in part, which is said; each costs some 20 µs.
constexpr std::size_t kMaxProcesses = 20'000;
constexpr std::size_t kMaxDescriptors = 4'096;  // of a process; databases and proxies have more, none of them logs
constexpr std::size_t kMaxLogs = contracts::kMaxProposedLogs;
constexpr std::size_t kMaxFileBytes = 256 << 10;  // of /proc; an environment is at most 128 KiB a variable
constexpr std::string_view kServiceVariable = "OTEL_SERVICE_NAME=";

std::string link_at(const fs::path& path) {
  std::error_code error;
  return fs::read_symlink(path, error).string();
}

// Files of /proc have no size.
std::string text_of(const fs::path& path) {
  auto text = read_file(path, kMaxFileBytes);
  return text ? *std::move(text) : std::string();
}

template <typename Number>
Number number_in(std::string_view text, int base = 10) {
  Number number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, base);
  return number;
}

// proc_pid_stat(5): the name in parentheses may hold anything; the 20th number after it is the start in clock ticks.
std::chrono::seconds age_of(const std::string& stat) {
  auto rest = std::string_view(stat).substr(std::min(stat.size(), stat.rfind(')') + 2));
  for (int field = 3; field < 22 && !rest.empty(); ++field)
    rest.remove_prefix(std::min(rest.size(), rest.find(' ') + 1));
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::seconds(now.tv_sec - number_in<std::int64_t>(rest) / ::sysconf(_SC_CLK_TCK));
}

// The last part of "0::/system.slice/nginx.service" that is a service.
std::string unit_in(std::string_view cgroup) {
  std::string unit;
  for (const auto& part : fs::path(cgroup.substr(0, cgroup.find('\n'))))
    if (part.string().ends_with(".service") && !part.string().starts_with("user@")) unit = part;
  return unit;
}

bool is_open_for_writing(const std::string& fdinfo) {
  const auto at = fdinfo.find("flags:\t");
  return at != std::string::npos &&
         (number_in<int>(std::string_view(fdinfo).substr(at + 7), 8) & O_ACCMODE) != O_RDONLY;
}

std::vector<std::string> files_of(const std::string& pattern) {
  std::vector<std::string> files;
  glob_t found{};
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i)
      if (const auto real = real_path(found.gl_pathv[i])) files.push_back(*real);
  ::globfree(&found);
  return files;
}

bool may_look_into_others() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct ours[_LINUX_CAPABILITY_U32S_3] = {};
  return ::syscall(SYS_capget, &header, ours) == 0 && (ours[0].effective & (1U << CAP_SYS_PTRACE)) != 0;
}

class Walk {
 public:
  explicit Walk(const FindOptions& options) : options_(options), namespace_(link_at(options.proc / "self/ns/pid")) {}

  ProcessLogs run() {
    std::error_code error;
    std::size_t processes = 0;
    for (fs::directory_iterator entry(options_.proc, error), end; !error && entry != end; entry.increment(error)) {
      const auto pid = number_in<int>(entry->path().filename().string());
      if (pid <= 0 || pid == ::getpid()) continue;
      if (++processes > kMaxProcesses) {
        log::warn("more than {} processes: the others are not looked at", kMaxProcesses);
        break;
      }
      look_at(entry->path(), pid);
    }
    ProcessLogs out;
    for (auto& [path, log] : found_) out.logs.push_back(std::move(log));
    // Some are closed even to that right, by a security module's rules: nobody can do anything about it.
    out.unreadable = may_look_into_others() ? 0 : unreadable_;
    return out;
  }

 private:
  void look_at(const fs::path& process, int pid) {
    if (age_of(text_of(process / "stat")) < options_.min_age) return;
    const auto executable = link_at(process / "exe");
    if (executable.empty()) {  // of the kernel, or of somebody else
      if (!text_of(process / "cmdline").empty()) ++unreadable_;
      return;
    }
    if (executable == options_.own_executable || link_at(process / "ns/pid") != namespace_) return;
    ProcessLog log{.path = {}, .process = text_of(process / "comm"), .pid = pid, .service = {}, .unit = {}};
    if (log.process.ends_with('\n')) log.process.pop_back();
    log.unit = unit_in(text_of(process / "cgroup"));
    const auto named = read_environment(process, log.service);
    for (const auto& file : open_files(process)) take(file, log);
    for (const auto& file : named) take(file, log);
  }

  struct File {
    std::string path;
    fs::path seen;  // leads to the file as the process sees it
  };

  // The logs that it names.
  static std::vector<File> read_environment(const fs::path& process, std::string& service) {
    const auto text = text_of(process / "environ");
    std::vector<File> files;
    for (std::string_view rest = text; !rest.empty();) {
      const auto variable = rest.substr(0, rest.find('\0'));
      rest.remove_prefix(std::min(rest.size(), variable.size() + 1));
      if (variable.starts_with(kServiceVariable)) service = variable.substr(kServiceVariable.size());
      if (const auto pattern = log_pattern_of_variable(variable))
        for (auto& path : files_of(*pattern)) files.push_back({path, process.string() + "/root" + path});
    }
    return files;
  }

  static std::vector<File> open_files(const fs::path& process) {
    std::vector<File> files;
    std::error_code error;
    std::size_t descriptors = 0;
    for (fs::directory_iterator entry(process / "fd", error), end; !error && entry != end; entry.increment(error)) {
      if (++descriptors > kMaxDescriptors) break;
      auto path = link_at(entry->path());
      if (!path.starts_with('/') || !goes_by_the_name_of_a_log(path)) continue;
      if (is_open_for_writing(text_of(process / "fdinfo" / entry->path().filename())))
        files.push_back({std::move(path), entry->path()});
    }
    return files;
  }

  void take(const File& file, ProcessLog log) {
    const auto& path = file.path;
    if (found_.size() >= kMaxLogs || found_.contains(path) || !goes_by_the_name_of_a_log(path)) return;
    for (const auto* folder : {"/proc", "/sys", "/dev"})
      if (is_below(path, folder)) return;
    if (!options_.own_folder.empty() && is_below(path, options_.own_folder.string())) return;
    const auto stat = stat_path(path, FollowLinks::kNo);  // deleted ones are not there
    if (!stat || stat->kind != FileStat::Kind::kRegular) return;
    // In a unit's private /tmp, or a chroot, the same path is another file.
    if (const auto seen = stat_path(file.seen, FollowLinks::kYes); !seen || seen->id != stat->id) return;
    log.path = path;
    found_.emplace(path, std::move(log));
  }

  const FindOptions& options_;
  const std::string namespace_;  // of our processes: what runs in another one is a container
  std::map<std::string, ProcessLog> found_;
  std::size_t unreadable_ = 0;
};

}  // namespace

ProcessLogs find_process_logs(const FindOptions& options) { return Walk(options).run(); }

}  // namespace oc::agent
