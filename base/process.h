// Child processes, signals, and the lifeline by which a tree of processes ends together.
//
// The lifeline is a pipe whose only write end belongs to `onecollector up`; every role inherits the read end (its
// number in ONECOLLECTOR_LIFELINE_FD). However `up` dies, the read end reports end-of-file and each role stops cleanly.
// Unlike PR_SET_PDEATHSIG it reaches grandchildren and does not depend on which thread forked.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/files.h"
#include "base/result.h"

namespace oc {

inline constexpr std::uint32_t kReadEverything = 1U << 2;      // CAP_DAC_READ_SEARCH
inline constexpr std::uint32_t kLookIntoProcesses = 1U << 19;  // CAP_SYS_PTRACE

struct SpawnOptions {
  std::vector<std::string> arguments;    // [0] is the program's path
  std::vector<std::string> environment;  // added to ours, "NAME=value"
  std::string log_file;                  // standard output and error are appended here; empty: ours are inherited
  bool new_session = false;              // survives our terminal and our group's signals
  std::optional<uid_t> user;             // drop to this user (group of the same number), needs root
  // With user: these of kReadEverything and kLookIntoProcesses it keeps, as ambient ones, as far as we have them.
  std::uint32_t capabilities = 0;
  // With user: further groups that it belongs to. It keeps CAP_SETGID, so that children of its own need not.
  std::vector<gid_t> groups;
  bool leave_groups = false;     // the `groups` that we were given, and CAP_SETGID with them
  std::vector<int> descriptors;  // stay open in the child, under the same numbers
  // SIGTERM when the thread that started it ends, however it ends: for programs of others, which know no lifeline.
  bool ends_with_its_starter = false;
};

// Descriptors other than 0-2, the lifeline and the given ones are closed in the child.
Result<pid_t> spawn(const SpawnOptions& options);

struct RunResult {
  int exit_code = -1;  // 128 + signal for a killed one
  std::string output;  // standard output and error together, at most 1 MiB kept
};
// Runs to the end; after the timeout the child is killed and the error is retryable.
Result<RunResult> run(const SpawnOptions& options, std::chrono::milliseconds timeout);

bool process_is_alive(pid_t pid);
std::string own_executable();

// Blocks SIGTERM, SIGINT, SIGHUP and SIGCHLD for the process (call first in main, before any thread) and delivers them
// here, together with the end of the lifeline.
class SignalWait {
 public:
  enum class Event { kStop, kReload, kChild, kLifelineLost, kTimeout };
  SignalWait();
  ~SignalWait();
  // Waits for the next event; kTimeout after `timeout`.
  Event wait(std::chrono::milliseconds timeout);
  // From any thread: the next wait() returns kStop.
  void request_stop();

 private:
  UniqueFd signal_fd_;
  UniqueFd wake_fd_;
  int lifeline_fd_ = -1;
};

// Made by `up`, before it starts the first child; the object must live as long as the children should.
class Lifeline {
 public:
  static Result<Lifeline> create();  // exports ONECOLLECTOR_LIFELINE_FD

 private:
  UniqueFd read_end_, write_end_;
};

// True: whoever started us keeps a lifeline, and with it the other roles.
bool has_lifeline();

}  // namespace oc
