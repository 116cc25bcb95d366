// The keys of `journald`, official names and defaults. Two are ours: `start_offset`, the sequence number that reading
// begins at where there is no checkpoint, and `without`, fields that no entry has which is read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/journal/journal.h"
#include "collector/receivers/receiver_keys.h"

namespace oc::collector {

struct JournaldConfig : CommonReceiverConfig {
  std::string directory;           // empty, and no files: this machine's journal
  std::vector<std::string> files;  // of a journal; in place of the directory
  std::vector<std::string> units, identifiers;
  std::vector<std::map<std::string, std::string>> matches;  // one of the maps must hold, of it every field
  std::vector<std::string> without;  // entries that have one of these fields are another source's
  bool dmesg = false;
  unsigned most_urgent = 0, least_urgent = 6;  // priorities of syslog(3)
  bool convert_message_bytes = false;

  // A journal of which only the wanted entries are seen, and of those the ones of another source.
  Result<Journal> open() const;
  // By `without`, which matches of a journal cannot say.
  bool leaves_out(const Journal& present) const;
};

Result<std::shared_ptr<const ReceiverConfig>> parse_journald_config(const ComponentId& id, const ConfigValue& value);

}  // namespace oc::collector
