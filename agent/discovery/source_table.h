// Decides which file is which source. Pure: it is told what lies in the file system and never looks itself.
//
// - The file at a source's path, replaced by one that is no other source's: the source goes on with the new file; the
//   old one is retired (the collector finishes it).
// - A source's file under another name that is no rotated form: the source was renamed.
// - Neither: the source is gone, and forgotten after a grace in which rotation settles and the collector drains.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/discovery/inventory.h"

namespace oc::agent {

// A file with all the names it was seen under.
struct FileGroup {
  FileStat stat;
  std::set<std::string> reals;     // without links; several for hard links
  std::set<std::string> paths;     // as reached, links included
  const Metadata* said = nullptr;  // by a container or process
};
using FileGroups = std::map<FileIdentity, FileGroup>;

// 100,000 sources take some 100 MB here and as much in the control plane; a host with more has another problem.
inline constexpr std::size_t kMaxSources = 100'000;
// Long enough for rotation scripts that pause between renaming and creating, and for the collector to read the rest.
inline constexpr std::chrono::seconds kGoneGrace{60};

struct TableChanges {
  std::vector<std::string> fresh;     // ids of new sources
  std::vector<std::string> replaced;  // ids whose file is another one now
  std::vector<std::string> removed;   // ids past their grace
  std::vector<std::string> rotated;   // paths left out as rotated
  std::vector<std::string> too_many;  // paths left out beyond kMaxSources
  bool changed = false;               // anything that must be kept
};

class SourceTable {
 public:
  SourceTable(std::string agent_id, Inventory inventory);

  TableChanges reconcile(const FileGroups& groups, SteadyTime now, Nanos wall_ns);
  // When the next source leaves its grace; none: never.
  std::optional<SteadyTime> next_expiry() const;
  // Its contents turned out to be no log.
  void remove(const std::string& id) { inventory_.sources.erase(id); }

  Inventory& inventory() { return inventory_; }
  const Inventory& inventory() const { return inventory_; }

 private:
  struct Pass;
  void settle(Pass& pass, KnownSource& source);
  void take_over(Pass& pass, KnownSource& source, const FileIdentity& file);
  void move_or_miss(Pass& pass, KnownSource& source);
  void admit(Pass& pass, const FileIdentity& file, const FileGroup& group);
  void add(Pass& pass, const FileIdentity& file, const FileGroup& group, const std::string& path);
  void name(Pass& pass, KnownSource& source, const FileGroup& group, const std::string& path);
  void expire(Pass& pass);
  void prune_retired(Pass& pass);
  std::string live_path(const Pass& pass, const FileGroup& group) const;
  std::string new_id(const FileIdentity& file, const FileGroup& group, const std::string& path) const;

  std::string agent_id_;
  Inventory inventory_;
};

}  // namespace oc::agent
