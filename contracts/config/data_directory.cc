#include "contracts/config/data_directory.h"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/ids.h"

namespace oc::contracts {

namespace {

constexpr std::size_t kTokenBytes = 32;  // 256 bits: not to be guessed
constexpr std::size_t kLongestToken = 4096;

// Only absolute paths count (XDG Base Directory Specification).
std::filesystem::path absolute_from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && value[0] == '/' ? std::filesystem::path(value) : std::filesystem::path();
}

std::filesystem::path home() {
  if (auto path = absolute_from_environment("HOME"); !path.empty()) return path;
  const passwd* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? std::filesystem::path(entry->pw_dir) : std::filesystem::path("/");
}

Result<std::string> read_token(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return errno_error("stat", path, errno);
  if ((status.st_mode & 077) != 0) {
    return permanent(path.string() + " can be read by other users", "run: chmod 600 " + path.string());
  }
  OC_TRY_ASSIGN(auto token, read_file(path, kLongestToken));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r' || token.back() == ' ')) token.pop_back();
  if (token.empty()) return permanent(path.string() + " is empty", "delete it, a new token will be made");
  return token;
}

// A link to a finished file appears whole or not at all, and never over another's: of several processes that start at
// once, one makes the token and the others read it.
Status create_token(const std::filesystem::path& path) {
  auto candidate = path;
  candidate += "." + random_hex(8);
  OC_TRY(write_file_atomic(candidate, random_hex(kTokenBytes) + "\n", 0600));
  const int linked = ::link(candidate.c_str(), path.c_str());
  const int error = errno;
  ::unlink(candidate.c_str());
  if (linked != 0 && error != EEXIST) return errno_error("link", path, error);
  return {};
}

}  // namespace

std::filesystem::path DataDirectory::default_root() {
  if (::geteuid() == 0) return "/var/lib/onecollector";
  if (auto state = absolute_from_environment("XDG_STATE_HOME"); !state.empty()) return state / "onecollector";
  return home() / ".local/state/onecollector";
}

Result<std::string> DataDirectory::read_or_create_token() const {
  if (::access(token().c_str(), F_OK) != 0 && errno == ENOENT) {
    OC_TRY(ensure_directory(root_));
    OC_TRY(create_token(token()));
  }
  return read_token(token());
}

}  // namespace oc::contracts
