// Follows a systemd journal: which units and containers write to it, and how far each has come. A thread of its own.
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

#include "agent/discovery/journal/journal_containers.h"
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
  bool tells_delivered = true;  // the collector says how far it has delivered
};

struct JournalNews {
  std::map<std::string, model::DiscoveredLogSource> sources;  // all, by id
  std::map<std::string, contracts::LedgerEntry> ledger;       // of all: sequence numbers in place of bytes
  std::vector<std::string> notes;                             // for people: what hinders
};

// More units and containers than a host has: each costs a receiver.
inline constexpr std::size_t kMaxJournalSources = 500;
// Of containers that are known, collected or not: whoever may write to the journal may make up ids.
inline constexpr std::size_t kMaxJournalContainers = 10'000;

class JournalWatch {
 public:
  // Looks through the journal once before it returns, which takes some milliseconds a unit. `wake` is set whenever
  // there is something to take.
  JournalWatch(JournalOptions options, const WakeEvent& wake);
  ~JournalWatch();

  // Nullopt: nothing changed since the last call. Thread-safe.
  std::optional<JournalNews> take();
  // What the engines know now, by id; what the collector has delivered, as far as it changed, by source. Thread-safe.
  void set_containers(std::map<std::string, Container> containers);
  void set_delivered(const std::map<std::string, std::uint64_t>& offsets_by_source);

 private:
  void run();
  static JournalOrigin origin_of(const Journal& journal);
  static Result<std::optional<JournalPlace>> place_of(const Journal& journal);
  Status begin();
  Status look_up(Journal& journal);
  Status look_at(Journal& journal, const JournalKey& key);
  Status look_up_containers();
  bool note_container(const Journal& journal, const JournalKey& key);
  Result<KnownJournalSource> account_of(Journal& journal, const JournalKey& key, const JournalPlace& last);
  Result<std::uint64_t> start_of(Journal& journal, std::uint64_t end) const;
  Result<JournalPlace> begin_of(Journal& journal) const;
  std::uint64_t container_start(const std::string& sequence) const;
  bool is_full() const;
  bool wait();
  Status follow();
  Status take_told();
  bool take_entry(const Journal& journal);
  void keep();
  void judge();
  ContainerStanding judge(const std::string& container, KnownJournalSource& source);
  void publish();
  std::vector<std::string> notes() const;
  std::string id_of(const JournalKey& key) const;
  model::DiscoveredLogSource discovered(const JournalKey& key, const KnownJournalSource& source) const;

  const JournalOptions options_;
  const WakeEvent& wake_;
  WakeEvent stop_;
  std::optional<Journal> journal_;  // none: it cannot be opened
  std::string trouble_;             // why
  JournalInventory known_;          // kept
  const JournalKey own_;            // what we say ourselves is not collected: it would never end
  bool first_run_;                  // none was kept
  JournalSources sources_;          // in the journal now
  JournalContainers containers_;
  std::map<std::string, std::uint64_t> delivered_;  // by source
  std::optional<std::chrono::milliseconds> look_again_;
  bool too_many_ = false;             // units, or ids of containers
  bool too_many_containers_ = false;  // now
  const WakeEvent told_;
  std::mutex mutex_;
  std::optional<std::map<std::string, Container>> told_containers_;
  std::map<std::string, std::uint64_t> told_delivered_;
  std::optional<JournalNews> news_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace oc::agent
