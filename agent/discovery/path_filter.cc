#include "agent/discovery/path_filter.h"

#include <algorithm>

namespace oc::agent {
namespace {

std::string without_trailing_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

Status add(const std::string& pattern, std::vector<Glob>& relative, std::vector<Glob>& absolute) {
  auto glob = Glob::parse(pattern);
  if (!glob) return in_context(std::move(glob).error(), "discovery.filesystem pattern");
  (pattern.front() == '/' ? absolute : relative).push_back(*std::move(glob));
  return {};
}

bool any_matches(const std::vector<Glob>& globs, std::string_view path) {
  return std::ranges::any_of(globs, [&](const Glob& glob) { return glob.matches(path); });
}

}  // namespace

bool is_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

Result<PathFilter> PathFilter::make(const contracts::FilesystemDiscovery& config) {
  PathFilter filter;
  for (const auto& root : config.roots) {
    if (!root.starts_with('/'))
      return permanent("discovery.filesystem.roots: \"" + root + "\" is not an absolute path", "begin it with /");
    filter.roots_.push_back(without_trailing_slash(root));
  }
  filter.folders_ = filter.roots_;
  for (const auto& pattern : config.include) OC_TRY(add(pattern, filter.include_, filter.include_absolute_));
  for (const auto& glob : filter.include_absolute_) {
    const auto& folder = glob.literal_folder();
    const auto covers = [&](const std::string& known) { return is_below(folder, known); };
    if (std::ranges::none_of(filter.folders_, covers)) filter.folders_.push_back(folder);
  }
  for (const auto& pattern : config.exclude) {
    OC_TRY(add(pattern, filter.exclude_, filter.exclude_absolute_));
    const bool everything_below = pattern.size() > 3 && pattern.ends_with("/**");
    OC_TRY(add(everything_below ? pattern.substr(0, pattern.size() - 3) : pattern, filter.exclude_folder_,
               filter.exclude_folder_absolute_));
  }
  return filter;
}

Status PathFilter::want(const std::string& folder, const std::string& pattern) {
  folders_.push_back(folder);
  return add(pattern, include_, include_absolute_);
}

bool PathFilter::any(const std::vector<Glob>& relative, const std::vector<Glob>& absolute,
                     std::string_view path) const {
  if (any_matches(absolute, path)) return true;
  return std::ranges::any_of(roots_, [&](const std::string& root) {
    if (!is_below(path, root) || path.size() <= root.size()) return false;
    return any_matches(relative, path.substr(root == "/" ? 1 : root.size() + 1));
  });
}

bool PathFilter::wants_file(std::string_view path) const {
  return any(include_, include_absolute_, path) && !any(exclude_, exclude_absolute_, path);
}

bool PathFilter::wants_folder(std::string_view path) const {
  return !any(exclude_folder_, exclude_folder_absolute_, path);
}

}  // namespace oc::agent
