// How far each source's file has grown, seen independently of the collector (DESIGN section 4). Used by one thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "agent/discovery/inventory.h"
#include "base/files.h"
#include "contracts/opamp/custom_messages.h"

namespace oc::agent {

struct LedgerObservation {
  contracts::LedgerEntry entry;
  bool truncated = false;  // the file is shorter than it was, or than where collection was to begin
};

class Ledger {
 public:
  // Reads the new end of the source's file, if its size changed. nullopt: nothing new, or another file is at the path.
  Result<std::optional<LedgerObservation>> observe(const KnownSource& source, Nanos wall_ns);
  // Whether the size is another one than the last observed.
  bool is_stale(const std::string& source_id, const FileStat& stat) const;
  // As last observed; nullptr: it was not.
  const contracts::LedgerEntry* last(const std::string& source_id) const;
  // The source's file is gone and was never observed: there is nothing that anybody could wait for.
  const contracts::LedgerEntry& never_seen(const KnownSource& source, Nanos wall_ns);
  // Where the source's file is open already: it may have no name any more.
  void keep_open(const std::string& source_id, const FileIdentity& file, std::shared_ptr<const UniqueFd> fd) {
    kept_open_[source_id] = {file, std::move(fd)};
  }
  void forget(const std::string& source_id) {
    seen_.erase(source_id);
    kept_open_.erase(source_id);
  }

 private:
  Result<std::shared_ptr<const UniqueFd>> open(const KnownSource& source);

  struct Seen {
    FileIdentity file;
    Nanos modified_ns = 0;
    contracts::LedgerEntry entry;
  };
  std::map<std::string, Seen> seen_;
  std::map<std::string, std::pair<FileIdentity, std::shared_ptr<const UniqueFd>>> kept_open_;  // containers' logs
};

}  // namespace oc::agent
