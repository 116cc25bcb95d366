// Log files that a container writes inside itself, as its host sees them: in the container's writable layer, or in a
// volume or folder that is mounted there. What lies in there is the container's to say: names are looked up in single
// folders and no link is followed, or it could show us any file of the host.
#pragma once

#include <string>
#include <vector>

#include "agent/discovery/file_stat.h"
#include "base/json.h"

namespace oc::agent {

// Absolute paths in the container, several by commas; the names of files, not of folders, may have `*` and `?`. In
// place of what the environment says.
inline constexpr std::string_view kLogsLabel = "onecollector.logs";

struct LogsInside {
  std::string inside;             // a folder as the container names it
  std::string folder;             // the same on the host, where it may not be yet
  std::string inside_name, name;  // which of its files there and here; they differ for a file that is mounted alone
  bool operator==(const LogsInside&) const = default;
};

struct FoundLogsInside {
  std::vector<LogsInside> logs;
  std::string remark;  // why some are not collected, for people; empty: all are
};
// By the label, else the environment (log_path_hints.h), of a container as GET /containers/{id}/json tells of it.
FoundLogsInside logs_inside(const Json& inspect);

struct FileInside {
  std::string path;    // on the host, without links
  std::string inside;  // in the container
  FileStat stat;
};
// A program has a handful; one with more is naming them by request or by user.
inline constexpr std::size_t kMaxFilesInside = 100;

struct ListedLogsInside {
  std::vector<FileInside> files;  // those that are there, up to the limit
  std::size_t beyond = 0;         // how many more there are
};
ListedLogsInside list_logs_inside(const std::vector<LogsInside>& logs);

}  // namespace oc::agent
