// Has the logs that processes write looked for, every kFindEvery, by a child that lives for some milliseconds: it alone
// may look into the processes of others.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

#include "apps/onecollector/up/service_user.h"
#include "contracts/config/data_directory.h"

namespace oc::apps {

// A log is proposed for people to see, or begins to be collected and then goes on: there is no hurry.
inline constexpr std::chrono::seconds kFindEvery{30};

class ProcessFinder {
 public:
  ProcessFinder(bool enabled, std::vector<std::string> arguments, const contracts::DataDirectory& data,
                const ServiceUser& user);

  // Starts it when its time has come, ends it when it takes too long.
  void tend(std::chrono::steady_clock::time_point now);
  // To be told of every reaped child.
  void reaped(pid_t pid, int wait_status);
  void stop();

 private:
  void start();

  bool enabled_;
  std::vector<std::string> arguments_;
  std::string log_file_;
  ServiceUser user_;
  pid_t pid_ = 0;
  bool failed_ = false;  // which was said
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace oc::apps
