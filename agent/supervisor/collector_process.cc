#include "agent/supervisor/collector_process.h"

#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oc::agent {
namespace {

// glibc 2.36 declares them, but only in a header that clashes with <signal.h> under some compilers.
UniqueFd open_pidfd(pid_t pid) { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }
bool send_signal(int pidfd, int signal) { return ::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0) == 0; }

constexpr std::chrono::milliseconds kKillTime{1'000};  // SIGKILL takes effect at once, unless the disk hangs

std::optional<pid_t> lock_holder(const std::filesystem::path& lock_file) {
  const auto fd = open_file(lock_file, O_RDWR | O_CLOEXEC);
  if (!fd) return std::nullopt;
  if (::flock(fd->get(), LOCK_EX | LOCK_NB) == 0) return std::nullopt;  // free again when fd is closed
  const auto text = read_file(lock_file, 64);
  pid_t pid = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), pid).ec != std::errc() || pid <= 1)
    return std::nullopt;
  return pid;
}

}  // namespace

Result<CollectorProcess> CollectorProcess::start(const SpawnOptions& options) {
  OC_TRY_ASSIGN(const pid_t pid, spawn(options));
  UniqueFd pidfd = open_pidfd(pid);
  if (!pidfd) return errno_error("pidfd_open of the collector", std::to_string(pid), errno);
  return CollectorProcess(pid, std::move(pidfd), true);
}

std::optional<CollectorProcess> CollectorProcess::adopt(const std::filesystem::path& lock_file) {
  const auto pid = lock_holder(lock_file);
  if (!pid) return std::nullopt;
  UniqueFd pidfd = open_pidfd(*pid);
  // Held still: the process behind the pidfd is the one that holds the lock, not a later one with its number.
  if (!pidfd || lock_holder(lock_file) != pid) return std::nullopt;
  return CollectorProcess(*pid, std::move(pidfd), false);
}

bool CollectorProcess::ends_within(std::chrono::milliseconds time) const {
  pollfd watch{pidfd_.get(), POLLIN, 0};
  return ::poll(&watch, 1, static_cast<int>(time.count())) > 0;
}

bool CollectorProcess::has_ended() const { return ends_within(std::chrono::milliseconds(0)); }

std::string CollectorProcess::exit_text() {
  siginfo_t info{};
  if (!child_ || ::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0)
    return "ended";  // adopted: init has its exit code
  child_ = false;
  if (info.si_code == CLD_EXITED) return fmt::format("exited with code {}", info.si_status);
  return fmt::format("was killed by signal {}", info.si_status);
}

Status CollectorProcess::reload() const {
  if (!send_signal(pidfd_.get(), SIGHUP)) return errno_error("SIGHUP to the collector", std::to_string(pid_), errno);
  return {};
}

void CollectorProcess::stop(std::chrono::milliseconds grace) {
  send_signal(pidfd_.get(), SIGTERM);
  if (!ends_within(grace)) {
    send_signal(pidfd_.get(), SIGKILL);
    if (!ends_within(kKillTime)) return;
  }
  (void)exit_text();
}

}  // namespace oc::agent
