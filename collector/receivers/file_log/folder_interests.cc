#include "collector/receivers/file_log/folder_interests.h"

#include <algorithm>

namespace oc::collector {

namespace {

void add_once(std::vector<FileSource*>& sources, FileSource* source) {
  if (std::ranges::find(sources, source) == sources.end()) sources.push_back(source);
}

}  // namespace

void FolderInterests::add_name(const std::string& folder, const std::string& name, FileSource& source) {
  auto& interest = folders_[folder];
  if (std::ranges::find(interest.all, &source) == interest.all.end()) add_once(interest.names[name], &source);
}

void FolderInterests::add_folder(const std::string& folder, FileSource& source) {
  add_once(folders_[folder].all, &source);
}

void FolderInterests::remove_name(const std::string& folder, const std::string& name, FileSource& source) {
  const auto interest = folders_.find(folder);
  if (interest == folders_.end()) return;
  const auto named = interest->second.names.find(name);
  if (named == interest->second.names.end()) return;
  std::erase(named->second, &source);
  if (named->second.empty()) interest->second.names.erase(named);
}

std::vector<std::string> FolderInterests::remove(FileSource& source) {
  std::vector<std::string> deserted;
  for (auto& [folder, interest] : folders_) {
    std::erase(interest.all, &source);
    for (auto& [name, sources] : interest.names) std::erase(sources, &source);
    std::erase_if(interest.names, [](const auto& entry) { return entry.second.empty(); });
    if (interest.all.empty() && interest.names.empty()) deserted.push_back(folder);
  }
  for (const auto& folder : deserted) folders_.erase(folder);
  return deserted;
}

std::vector<FileSource*> FolderInterests::in_name(const std::string& folder, const std::string& name) const {
  const auto interest = folders_.find(folder);
  if (interest == folders_.end()) return {};
  std::vector<FileSource*> sources = interest->second.all;
  if (const auto named = interest->second.names.find(name); named != interest->second.names.end())
    for (auto* source : named->second) add_once(sources, source);
  return sources;
}

std::vector<FileSource*> FolderInterests::in_folder(const std::string& folder) const {
  const auto interest = folders_.find(folder);
  if (interest == folders_.end()) return {};
  std::vector<FileSource*> sources = interest->second.all;
  for (const auto& [name, named] : interest->second.names)
    for (auto* source : named) add_once(sources, source);
  return sources;
}

}  // namespace oc::collector
