#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/spawn.h"

namespace oc {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxOutputBytes =
    1 << 20;                           // a runaway child must not fill our memory; the rest is read and dropped
constexpr milliseconds kExitPoll{20};  // the child may end while something it started still holds the pipe

milliseconds until(steady_clock::time_point deadline) {
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(deadline - steady_clock::now()));
}

// False at end of file.
bool read_available(int fd, std::string& output) {
  char buffer[16 * 1024];
  while (true) {
    const ssize_t count = ::read(fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN;
    if (count == 0) return false;
    output.append(buffer, std::min<std::size_t>(count, kMaxOutputBytes - output.size()));
  }
}

class RunningChild {
 public:
  explicit RunningChild(pid_t pid) : pid_(pid) {}
  ~RunningChild() {
    if (!exit_code_) kill();
  }
  RunningChild(const RunningChild&) = delete;
  RunningChild& operator=(const RunningChild&) = delete;

  bool has_ended() {
    int status = 0;
    const pid_t result = exit_code_ ? pid_ : ::waitpid(pid_, &status, WNOHANG);
    if (result == 0 || (result < 0 && errno == EINTR)) return false;
    if (!exit_code_) exit_code_ = result < 0 ? -1 : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return true;
  }
  int exit_code() const { return exit_code_.value_or(-1); }

 private:
  void kill() {
    ::kill(-pid_, SIGKILL);  // its group: what it started goes with it
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  const pid_t pid_;
  std::optional<int> exit_code_;
};

}  // namespace

Result<RunResult> run(const SpawnOptions& options, milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno_error("pipe for", "a child's output", errno);
  UniqueFd read_end(ends[0]), write_end(ends[1]);
  ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  OC_TRY_ASSIGN(const pid_t pid, spawn_with(options, {.output_fd = write_end.get(), .own_group = true}));
  write_end.reset();
  RunningChild child(pid);
  RunResult result;
  bool open = true;
  while (!child.has_ended()) {
    const auto left = until(deadline);
    if (left == milliseconds(0))
      return retryable(
          fmt::format("{} did not end within {} ms and was killed", options.arguments.front(), timeout.count()));
    pollfd readable{open ? read_end.get() : -1, POLLIN, 0};
    ::poll(&readable, 1, static_cast<int>(std::min(left, kExitPoll).count()));
    if (open) open = read_available(read_end.get(), result.output);
  }
  if (open) read_available(read_end.get(), result.output);
  result.exit_code = child.exit_code();
  return result;
}

}  // namespace oc
