// Who wants to know what happens in a folder: to one name, or to all. Thousands of sources may share a folder, each
// with one name, so an event costs a look-up.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

namespace oc::collector {

class FileSource;

class FolderInterests {
 public:
  void add_name(const std::string& folder, const std::string& name, FileSource& source);
  void add_folder(const std::string& folder, FileSource& source);
  void remove_name(const std::string& folder, const std::string& name, FileSource& source);
  // The folders that nobody cares for any more.
  std::vector<std::string> remove(FileSource& source);

  std::vector<FileSource*> in_name(const std::string& folder, const std::string& name) const;
  std::vector<FileSource*> in_folder(const std::string& folder) const;  // all names

 private:
  struct Interest {
    std::unordered_map<std::string, std::vector<FileSource*>> names;
    std::vector<FileSource*> all;  // in no list of `names`, too
  };
  std::unordered_map<std::string, Interest> folders_;
};

}  // namespace oc::collector
