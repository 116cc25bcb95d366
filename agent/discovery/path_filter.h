// Which paths the configuration asks for: files below the roots that match `include` and not `exclude`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/discovery/glob.h"
#include "base/result.h"
#include "contracts/config/config.h"

namespace oc::agent {

class PathFilter {
 public:
  // Errors: a root that is not absolute, a pattern that does not parse.
  static Result<PathFilter> make(const contracts::FilesystemDiscovery& config);

  // Asks for more: files in `folder`'s folders, by an absolute pattern.
  Status want(const std::string& folder, const std::string& pattern);
  // Where searching begins: the roots, and the folders of absolute include patterns that lie outside of them.
  const std::vector<std::string>& folders() const { return folders_; }
  bool wants_file(std::string_view path) const;
  // False if everything below is excluded.
  bool wants_folder(std::string_view path) const;

 private:
  bool any(const std::vector<Glob>& relative, const std::vector<Glob>& absolute, std::string_view path) const;

  std::vector<std::string> roots_, folders_;
  std::vector<Glob> include_, include_absolute_, exclude_, exclude_absolute_;
  std::vector<Glob> exclude_folder_, exclude_folder_absolute_;
};

// True if `path` is `folder` or lies below it; both without trailing slash.
bool is_below(std::string_view path, std::string_view folder);

}  // namespace oc::agent
