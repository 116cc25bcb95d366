// Follows a systemd journal: which units write to it, and how far each has come. A thread of its own.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "agent/discovery/journal/journal_inventory.h"
#include "agent/wake_event.h"
#include "base/journal/journal.h"
#include "contracts/config/config.h"
#include "contracts/opamp/custom_messages.h"
#include "model/log_source.h"

namespace oc::agent {

struct JournalOptions {
  std::string agent_id;
  std::string directory;  // of journal files; empty: this machine's journal
  std::filesystem::path inventory_file;
  contracts::Backfill backfill = contracts::Backfill::kRecent;
  std::chrono::seconds backfill_age{24 * 3600};
};

struct JournalNews {
  std::map<std::string, model::DiscoveredLogSource> sources;  // all, by id
  std::map<std::string, contracts::LedgerEntry> ledger;       // of all: sequence numbers in place of bytes
  std::vector<std::string> notes;                             // for people: what hinders
};

// More units than a host has services: each costs a receiver.
inline constexpr std::size_t kMaxJournalSources = 500;

class JournalWatch {
 public:
  // Looks through the journal once before it returns, which takes some milliseconds a unit. `wake` is set whenever
  // there is something to take.
  JournalWatch(JournalOptions options, const WakeEvent& wake);
  ~JournalWatch();

  // Nullopt: nothing changed since the last call. Thread-safe.
  std::optional<JournalNews> take();

 private:
  void run();
  Status begin();
  Status look_up(Journal& journal);
  Status look_at(Journal& journal, const JournalKey& key);
  Result<std::uint64_t> start_of(Journal& journal, std::uint64_t end) const;
  Status follow();
  bool take_entry(const Journal& journal);
  void keep();
  void publish();
  std::vector<std::string> notes() const;
  std::string id_of(const JournalKey& key) const;
  model::DiscoveredLogSource discovered(const JournalKey& key, const KnownJournalSource& source) const;

  const JournalOptions options_;
  const WakeEvent& wake_;
  WakeEvent stop_;
  std::optional<Journal> journal_;  // none: it cannot be opened
  std::string trouble_;             // why
  JournalSources known_;            // kept
  const JournalKey own_;            // what we say ourselves is not collected: it would never end
  bool first_run_;                  // none was kept
  JournalSources sources_;          // in the journal now
  bool too_many_ = false;
  std::mutex mutex_;
  std::optional<JournalNews> news_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace oc::agent
