#include "apps/onecollector/up/process_finder.h"

#include <utility>

#include <signal.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/process.h"

namespace oc::apps {

ProcessFinder::ProcessFinder(bool enabled, std::vector<std::string> arguments, const contracts::DataDirectory& data,
                             const ServiceUser& user)
    : enabled_(enabled), arguments_(std::move(arguments)), log_file_(data.own_log("find-process-logs")), user_(user) {}

// One that is still running when the next is due hangs in a look at something.
void ProcessFinder::tend(std::chrono::steady_clock::time_point now) {
  if (!enabled_ || now < next_) return;
  next_ = now + kFindEvery;
  if (pid_ != 0)
    ::kill(pid_, SIGKILL);
  else
    start();
}

void ProcessFinder::start() {
  SpawnOptions options;
  options.arguments = {own_executable(), "find-process-logs"};
  options.arguments.insert(options.arguments.end(), arguments_.begin(), arguments_.end());
  options.log_file = log_file_;
  options.user = user_.uid;
  options.capabilities = kReadEverything | kLookIntoProcesses;
  options.new_session = true;
  const auto started = spawn(options);
  if (started)
    pid_ = *started;
  else if (!std::exchange(failed_, true))
    log::warn("which logs processes write is not looked at: {}", started.error().text());
}

void ProcessFinder::reaped(pid_t pid, int wait_status) {
  if (pid != pid_ || pid_ == 0) return;
  pid_ = 0;
  const bool well = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0;
  if (!well && !failed_) log::warn("the logs that processes write could not be looked for (its log: {})", log_file_);
  failed_ = !well;
}

void ProcessFinder::stop() {
  enabled_ = false;
  if (pid_ != 0) ::kill(pid_, SIGKILL);
}

}  // namespace oc::apps
