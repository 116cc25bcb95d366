// What the agent remembers of a journal's sources between runs, so that a restart decides nothing anew. A JSON file
// (discovery/FORMAT.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/discovery/journal/journal_key.h"
#include "base/clock.h"
#include "base/journal/journal.h"
#include "base/result.h"

namespace oc::agent {

struct KnownJournalSource {
  std::string sequence;     // that `start` is in
  std::uint64_t start = 0;  // of what is collected, a sequence number: first-run policy
  Nanos discovered_at_ns = 0;
  // Of a container: what its source carries, and whether its label keeps it out. Known also while no engine answers.
  std::map<std::string, std::string> said = {};
  bool opted_out = false;
  // Not kept between runs:
  std::uint64_t end = 0;  // behind its last entry
  bool collected = true;  // a container may be known and no source
  bool operator==(const KnownJournalSource&) const = default;
};
using JournalSources = std::map<JournalKey, KnownJournalSource>;

struct JournalInventory {
  JournalSources sources;
  // Where the first-run policy begins: what was written before is not collected of any container. nullopt: not decided.
  std::optional<JournalPlace> begin;
  std::optional<Nanos> followed_until_ns;  // what was written later may be of containers that nobody has seen yet
};

std::string encode_journal_inventory(const JournalInventory& inventory);
Result<JournalInventory> decode_journal_inventory(std::string_view text);
// nullopt: there is none yet. A damaged one is said and forgotten: what the collector has read it knows by itself.
std::optional<JournalInventory> load_journal_inventory(const std::filesystem::path& path);

}  // namespace oc::agent
