// One collector process: started by us, or found running from an earlier agent and adopted. Watched by a pidfd, so its
// number cannot be mistaken for another process's.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

#include "base/files.h"
#include "base/process.h"
#include "base/result.h"

namespace oc::agent {

class CollectorProcess {
 public:
  static Result<CollectorProcess> start(const SpawnOptions& options);
  // The process that holds the collector's lock file; nullopt: none does.
  static std::optional<CollectorProcess> adopt(const std::filesystem::path& lock_file);

  pid_t pid() const { return pid_; }
  int exit_fd() const { return pidfd_.get(); }  // readable once it has ended
  bool has_ended() const;
  // How it ended, for people: "exited with code 3", "was killed by signal 9"; reaps it. Call once it has ended.
  std::string exit_text();
  Status reload() const;  // SIGHUP
  // SIGTERM; SIGKILL after the grace. Returns once it is gone.
  void stop(std::chrono::milliseconds grace);

 private:
  CollectorProcess(pid_t pid, UniqueFd pidfd, bool child) : pid_(pid), pidfd_(std::move(pidfd)), child_(child) {}
  bool ends_within(std::chrono::milliseconds time) const;

  pid_t pid_;
  UniqueFd pidfd_;
  bool child_;  // ours to reap
};

}  // namespace oc::agent
