// What the agent remembers of a journal's sources between runs, so that a restart decides nothing anew. A JSON file
//   {"version":1,"sources":[{"field":"_SYSTEMD_UNIT","value":"nginx.service","sequence":"…","start":17,
//                            "discovered_at_ns":1764000000000000000}]}
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/discovery/journal/journal_key.h"
#include "base/clock.h"
#include "base/result.h"

namespace oc::agent {

struct KnownJournalSource {
  std::string sequence;     // that `start` is in
  std::uint64_t start = 0;  // of what is collected, a sequence number: first-run policy
  Nanos discovered_at_ns = 0;
  std::uint64_t end = 0;  // behind its last entry; not kept between runs
  bool operator==(const KnownJournalSource&) const = default;
};
using JournalSources = std::map<JournalKey, KnownJournalSource>;

std::string encode_journal_inventory(const JournalSources& sources);
Result<JournalSources> decode_journal_inventory(std::string_view text);
// nullopt: there is none yet. A damaged one is said and forgotten: what the collector has read it knows by itself.
std::optional<JournalSources> load_journal_inventory(const std::filesystem::path& path);

}  // namespace oc::agent
