// One role as a child process: started, watched, started again with backoff, stopped.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "apps/onecollector/up/service_user.h"
#include "base/result.h"
#include "contracts/config/data_directory.h"

namespace oc::apps {

class RoleProcess {
 public:
  // `arguments` follow the role's name on the command line.
  RoleProcess(std::string role, std::vector<std::string> arguments, const contracts::DataDirectory& data,
              const ServiceUser& user);

  const std::string& role() const { return role_; }
  pid_t pid() const { return pid_; }  // 0: not running
  bool running() const { return pid_ != 0; }
  int deaths() const { return deaths_; }

  // From its next start on the child has this descriptor, too, and is told its number by the option. It stays ours.
  void hand_over(const std::string& option, int descriptor);
  Status start();
  // To be told of every reaped child; true if it was this one. Plans the next start.
  bool reaped(pid_t pid, int wait_status, std::chrono::steady_clock::time_point now);
  // Starts it again if it is dead and its time has come.
  void tend(std::chrono::steady_clock::time_point now);
  // Ends it where an engine's socket has come into a group that it does not belong to; it is started again with that.
  void join_groups();
  void signal(int number) const;
  // From now on its end is expected: not said, not followed by a start.
  void expect_end() { end_expected_ = true; }
  // What it wrote since its last start, from its "error:" on: what to show when it does not come up.
  std::string last_words() const;
  // Its own log is kept below kMaxLogBytes, with one older piece beside it.
  void rotate_log() const;

 private:
  std::string role_;
  std::vector<std::string> arguments_;
  std::vector<int> descriptors_;
  std::string log_file_;
  ServiceUser user_;
  pid_t pid_ = 0;
  int deaths_ = 0;
  std::vector<gid_t> groups_;  // sorted, since its last start
  bool end_expected_ = false;
  bool joining_groups_ = false;
  std::uint64_t log_start_ = 0;
  std::chrono::milliseconds backoff_;
  std::chrono::steady_clock::time_point started_at_{};
  std::chrono::steady_clock::time_point next_start_{};
};

}  // namespace oc::apps
