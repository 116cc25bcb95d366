#include "apps/onecollector/up/role_process.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "base/log.h"
#include "base/process.h"

namespace oc::apps {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kFirstBackoff{50};
constexpr std::chrono::milliseconds kMaxBackoff{5'000};
constexpr std::chrono::seconds kHealthyAfter{60};  // alive this long: the next death starts from kFirstBackoff
constexpr std::uint64_t kMaxLogBytes = 8 << 20;    // own logs must not fill the disk they watch over
constexpr std::size_t kMaxLastWords = 2'000;       // enough for an error and its next step

std::string manner_of_death(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("was killed by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  return fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

std::uint64_t size_of(const std::string& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

}  // namespace

RoleProcess::RoleProcess(std::string role, std::vector<std::string> arguments, const contracts::DataDirectory& data,
                         const ServiceUser& user)
    : role_(std::move(role)),
      arguments_(std::move(arguments)),
      log_file_(data.own_log(role_)),
      user_(user),
      backoff_(kFirstBackoff) {}

void RoleProcess::hand_over(const std::string& option, int descriptor) {
  arguments_.insert(arguments_.end(), {option, std::to_string(descriptor)});
  descriptors_.push_back(descriptor);
}

Status RoleProcess::start() {
  SpawnOptions options;
  options.arguments = {own_executable(), role_};
  options.arguments.insert(options.arguments.end(), arguments_.begin(), arguments_.end());
  options.log_file = log_file_;
  options.descriptors = descriptors_;
  options.user = user_.uid;
  options.groups = groups_ = engine_groups(user_.engine_sockets);
  if (role_ == "agent") options.capabilities = kReadEverything;  // to read logs; its collector has it from there
  options.new_session = true;  // Ctrl-C reaches `up` alone, which stops its roles in order
  log_start_ = size_of(log_file_);
  started_at_ = std::chrono::steady_clock::now();
  OC_TRY_ASSIGN(pid_, spawn(options));
  return {};
}

bool RoleProcess::reaped(pid_t pid, int wait_status, std::chrono::steady_clock::time_point now) {
  if (pid != pid_ || pid_ == 0) return false;
  pid_ = 0;
  if (end_expected_) return true;
  if (std::exchange(joining_groups_, false)) {
    next_start_ = now;
    return true;
  }
  ++deaths_;
  if (now - started_at_ > kHealthyAfter) backoff_ = kFirstBackoff;
  next_start_ = now + backoff_;
  log::warn("{} {}; it is started again in {} ms (its log: {})", role_, manner_of_death(wait_status), backoff_.count(),
            log_file_);
  backoff_ = std::min(backoff_ * 2, kMaxBackoff);
  return true;
}

void RoleProcess::tend(std::chrono::steady_clock::time_point now) {
  if (running() || end_expected_ || now < next_start_) return;
  if (const auto started = start(); !started) {
    log::error("{} cannot be started: {}", role_, started.error().text());
    next_start_ = now + backoff_;
    backoff_ = std::min(backoff_ * 2, kMaxBackoff);
  }
}

void RoleProcess::join_groups() {
  if (!running() || end_expected_ || joining_groups_ || !user_.uid) return;
  if (std::ranges::includes(groups_, engine_groups(user_.engine_sockets))) return;
  log::info("{} is started again, to join the group that a container engine's socket belongs to now", role_);
  joining_groups_ = true;
  signal(SIGTERM);
}

void RoleProcess::signal(int number) const {
  if (running()) ::kill(pid_, number);
}

std::string RoleProcess::last_words() const {
  const auto log = read_file(log_file_);
  if (!log) return {};
  std::string words = log->substr(std::min<std::size_t>(log_start_, log->size()));
  if (const auto at = words.rfind("error: "); at != std::string::npos) words.erase(0, at);
  if (words.size() > kMaxLastWords) words.erase(0, words.size() - kMaxLastWords);
  while (words.ends_with('\n')) words.pop_back();
  return words;
}

// The child appends to a descriptor of its own, so the file is copied and emptied instead of renamed.
void RoleProcess::rotate_log() const {
  if (size_of(log_file_) <= kMaxLogBytes) return;
  std::error_code error;
  fs::copy_file(log_file_, log_file_ + ".1", fs::copy_options::overwrite_existing, error);
  if (!error && ::truncate(log_file_.c_str(), 0) != 0) log::warn("{} cannot be emptied", log_file_);
}

}  // namespace oc::apps
