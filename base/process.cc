#include "base/process.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lifeline.h"

namespace oc {

int inherited_lifeline() {
  const char* text = ::getenv(kLifelineVariable);
  if (text == nullptr) return -1;
  int fd = -1;
  const char* end = text + std::strlen(text);
  const auto [parsed, error] = std::from_chars(text, end, fd);
  struct stat info{};
  const bool usable =
      error == std::errc() && parsed == end && fd > 2 && ::fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode);
  return usable ? fd : -1;
}

Result<Lifeline> Lifeline::create() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno_error("create", "the lifeline pipe", errno);
  Lifeline lifeline;
  lifeline.read_end_ = UniqueFd(ends[0]);
  lifeline.write_end_ = UniqueFd(ends[1]);
  ::setenv(kLifelineVariable, fmt::format("{}", ends[0]).c_str(), 1);
  return lifeline;
}

bool has_lifeline() { return std::getenv(kLifelineVariable) != nullptr; }

// A zombie answers to kill(pid, 0) but will never do anything again, so its state is looked up.
bool process_is_alive(pid_t pid) {
  if (pid <= 0 || (::kill(pid, 0) != 0 && errno == ESRCH)) return false;
  const auto stat = read_file(fmt::format("/proc/{}/stat", pid));
  if (!stat) return stat.error().message.find("No such") == std::string::npos;
  // "PID (name) STATE …"; the name may hold parentheses and spaces.
  const auto name_end = stat->rfind(") ");
  return name_end == std::string::npos || name_end + 2 >= stat->size() ||
         ((*stat)[name_end + 2] != 'Z' && (*stat)[name_end + 2] != 'X');
}

std::string own_executable() {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error).string();
  if (error) return "/proc/self/exe";
  // After an upgrade in place the kernel shows the old file like this; the new one stands at the same path.
  constexpr std::string_view kDeleted = " (deleted)";
  if (path.ends_with(kDeleted)) path.resize(path.size() - kDeleted.size());
  return path;
}

}  // namespace oc
