// Starting a child process. Between fork and exec only async-signal-safe calls are allowed (POSIX, fork): another
// thread may have held any lock, malloc's included. Everything that allocates is therefore prepared before the fork,
// and identity is changed by raw system calls, because glibc's setuid() tries to signal threads the child does not
// have.
#include "base/spawn.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/lifeline.h"

namespace oc {

static_assert(kReadEverything == 1U << CAP_DAC_READ_SEARCH && kLookIntoProcesses == 1U << CAP_SYS_PTRACE);

namespace {

// What the child writes into the pipe before it gives up; the pipe is closed silently by a successful exec.
struct ChildFailure {
  enum class Step : int { kSession, kRedirect, kDescriptors, kIdentity, kCapability, kDeathSignal, kExec };
  Step step;
  int error_number;
};

struct PreparedChild {
  std::vector<std::string> environment;
  std::vector<char*> argv, envp;
  UniqueFd null_fd, log_fd;
  int output_fd = -1;
  std::vector<int> kept_descriptors;
  bool new_session = false, own_group = false;
  std::uint32_t capabilities = 0;
  bool ends_with_its_starter = false;
  pid_t starter = 0;
  std::optional<uid_t> user;
  std::vector<gid_t> groups;
  bool leave_groups = false;
};

std::string_view variable_name(std::string_view assignment) { return assignment.substr(0, assignment.find('=')); }

std::vector<std::string> merged_environment(const std::vector<std::string>& added) {
  std::vector<std::string> merged = added;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const bool replaced =
        std::ranges::any_of(added, [&](const std::string& own) { return variable_name(own) == variable_name(*entry); });
    if (!replaced) merged.emplace_back(*entry);
  }
  return merged;
}

Result<PreparedChild> prepare(const SpawnOptions& options, const ChildPlumbing& plumbing) {
  if (options.arguments.empty()) return permanent("start a process: no program given");
  PreparedChild child;
  child.environment = merged_environment(options.environment);
  for (const auto& argument : options.arguments) child.argv.push_back(const_cast<char*>(argument.c_str()));
  for (const auto& variable : child.environment) child.envp.push_back(const_cast<char*>(variable.c_str()));
  child.argv.push_back(nullptr);
  child.envp.push_back(nullptr);
  OC_TRY_ASSIGN(child.null_fd, open_file("/dev/null", O_RDONLY));
  child.output_fd = plumbing.output_fd;
  if (child.output_fd < 0 && !options.log_file.empty()) {
    OC_TRY_ASSIGN(child.log_fd, open_file(options.log_file, O_WRONLY | O_APPEND | O_CREAT, 0640));
    child.output_fd = child.log_fd.get();
  }
  child.kept_descriptors = options.descriptors;
  if (const int lifeline = inherited_lifeline(); lifeline >= 0) child.kept_descriptors.push_back(lifeline);
  child.new_session = options.new_session;
  child.own_group = plumbing.own_group;
  child.capabilities = options.capabilities;
  child.groups = options.groups;
  child.leave_groups = options.leave_groups;
  child.ends_with_its_starter = options.ends_with_its_starter;
  child.starter = ::getpid();
  child.user = options.user;
  return child;
}

// From here to run_child: the code of the child, before exec.

void restore_signals() {
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool redirect(const PreparedChild& child) {
  if (::dup2(child.null_fd.get(), STDIN_FILENO) < 0) return false;
  if (child.output_fd < 0) return true;
  return ::dup2(child.output_fd, STDOUT_FILENO) >= 0 && ::dup2(child.output_fd, STDERR_FILENO) >= 0;
}

// Marks instead of closing, so that the failure pipe works up to the exec.
bool close_the_rest_on_exec(const std::vector<int>& kept) {
  constexpr rlim_t kMostDescriptors = 1 << 20;                          // Linux' default fs.nr_open
  if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {  // before Linux 5.11
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    for (rlim_t fd = 3; fd < std::min(limit.rlim_cur, kMostDescriptors); ++fd)
      ::fcntl(static_cast<int>(fd), F_SETFD, FD_CLOEXEC);
  }
  return std::ranges::all_of(kept, [](int fd) { return ::fcntl(fd, F_SETFD, 0) == 0; });
}

bool become(uid_t user, const std::vector<gid_t>& groups, bool keep_capabilities) {
  if (keep_capabilities && ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return false;
  return ::syscall(SYS_setgroups, groups.size(), groups.data()) == 0 &&
         ::syscall(SYS_setresgid, user, user, user) == 0 && ::syscall(SYS_setresuid, user, user, user) == 0;
}

using Capabilities = __user_cap_data_struct[_LINUX_CAPABILITY_U32S_3];

bool get_capabilities(Capabilities& data) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  return ::syscall(SYS_capget, &header, data) == 0;
}

// These and nothing else, ambient, so that they survive the exec (capabilities(7)).
bool keep_only(std::uint32_t capabilities) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  Capabilities data = {};
  data[0].permitted = data[0].effective = data[0].inheritable = capabilities;
  if (::syscall(SYS_capset, &header, data) != 0) return false;
  for (const int each : {CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SETGID})
    if ((capabilities & (1U << each)) != 0 && ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, each, 0, 0) != 0)
      return false;
  return true;
}

// Of a parent that was given no group there is nothing to leave.
bool leave_groups() {
  Capabilities ours = {};
  if (!get_capabilities(ours)) return false;
  const bool given = ::geteuid() != 0 && (ours[0].permitted & (1U << CAP_SETGID)) != 0;
  if (!given) return true;
  return ::syscall(SYS_setgroups, 0, nullptr) == 0 && keep_only(ours[0].permitted & (1U << CAP_DAC_READ_SEARCH));
}

// Root in a container does not have all of them.
std::uint32_t kept_capabilities(const PreparedChild& child) {
  Capabilities ours = {};
  if (!get_capabilities(ours)) return 0;
  return ours[0].permitted & (child.capabilities | (child.groups.empty() ? 0U : 1U << CAP_SETGID));
}

// False too when the starter is gone already: then nobody would send it.
bool end_with(pid_t starter) { return ::prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) == 0 && ::getppid() == starter; }

[[noreturn]] void give_up(int failure_fd, ChildFailure::Step step) {
  const ChildFailure failure{step, errno};
  [[maybe_unused]] const auto written = ::write(failure_fd, &failure, sizeof failure);
  ::_exit(127);
}

[[noreturn]] void run_child(const PreparedChild& child, int failure_fd) {
  using enum ChildFailure::Step;
  restore_signals();
  if (child.new_session && ::setsid() < 0) give_up(failure_fd, kSession);
  if (child.own_group && ::setpgid(0, 0) != 0) give_up(failure_fd, kSession);
  if (!redirect(child)) give_up(failure_fd, kRedirect);
  if (!close_the_rest_on_exec(child.kept_descriptors)) give_up(failure_fd, kDescriptors);
  if (child.user) {
    const auto kept = kept_capabilities(child);
    if (!become(*child.user, child.groups, kept != 0)) give_up(failure_fd, kIdentity);
    if (kept != 0 && !keep_only(kept)) give_up(failure_fd, kCapability);
    // A process that gave up root gets nothing back from setuid programs; ambient capabilities stay.
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) give_up(failure_fd, kIdentity);
  }
  if (child.leave_groups && !leave_groups()) give_up(failure_fd, kIdentity);
  // Last: a change of identity takes it back (prctl(2)).
  if (child.ends_with_its_starter && !end_with(child.starter)) give_up(failure_fd, kDeathSignal);
  ::execve(child.argv[0], child.argv.data(), child.envp.data());
  give_up(failure_fd, kExec);
}

std::unexpected<Error> describe(const ChildFailure& failure, const PreparedChild& child) {
  using enum ChildFailure::Step;
  const std::string program = child.argv[0];
  switch (failure.step) {
    case kSession:
      return errno_error("start a session for", program, failure.error_number);
    case kRedirect:
      return errno_error("redirect the output of", program, failure.error_number);
    case kDescriptors:
      return errno_error("close descriptors for", program, failure.error_number);
    case kIdentity:
      return errno_error(fmt::format("change to user {} for", child.user.value_or(0)), program, failure.error_number);
    case kCapability:
      return errno_error("keep capabilities for", program, failure.error_number);
    case kDeathSignal:
      return errno_error("tie to our life", program, failure.error_number);
    case kExec:
      return errno_error("start", program, failure.error_number);
  }
  return errno_error("start", program, failure.error_number);
}

// Signals stay blocked across the fork: until the child has reset its handlers, ours must not run in it.
pid_t fork_blocked(const PreparedChild& child, int failure_fd) {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) run_child(child, failure_fd);
  const int saved = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = saved;
  return pid;
}

std::optional<ChildFailure> read_failure(int fd) {
  ChildFailure failure{};
  ssize_t count;
  do count = ::read(fd, &failure, sizeof failure);
  while (count < 0 && errno == EINTR);
  if (count != sizeof failure) return std::nullopt;
  return failure;
}

}  // namespace

Result<pid_t> spawn_with(const SpawnOptions& options, const ChildPlumbing& plumbing) {
  OC_TRY_ASSIGN(const PreparedChild child, prepare(options, plumbing));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno_error("pipe for", options.arguments.front(), errno);
  UniqueFd read_end(ends[0]), write_end(ends[1]);
  const pid_t pid = fork_blocked(child, write_end.get());
  if (pid < 0) return retryable(fmt::format("fork for {}: {}", options.arguments.front(), std::strerror(errno)));
  write_end.reset();
  if (const auto failure = read_failure(read_end.get())) {
    ::waitpid(pid, nullptr, 0);
    return describe(*failure, child);
  }
  return pid;
}

Result<pid_t> spawn(const SpawnOptions& options) { return spawn_with(options, {}); }

}  // namespace oc
