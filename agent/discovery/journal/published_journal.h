// The journal's sources as they were told last, for the thread of discovery.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/discovery/journal/journal_watch.h"
#include "agent/discovery/source_catalog.h"

namespace oc::agent {

class PublishedJournal {
 public:
  // nullopt: the journal is not collected.
  PublishedJournal(std::optional<JournalOptions> options, const WakeEvent& wake);

  // Takes what the journal's thread said last.
  bool has_news();
  // Adds what changed since the last call, with what the journal has grown by. `source_named`: see
  // copied_by_syslog(); where it says so, the journal is left out.
  void add_to(CatalogUpdate& update, std::vector<contracts::LedgerEntry>& ledger,
              const std::function<std::optional<std::string>(std::string_view name)>& source_named);
  bool is_read() const { return watch_ != nullptr; }
  void set_containers(const Containers& containers) {
    if (watch_) watch_->set_containers(containers.containers);
  }
  // Of all sources: the journal's are picked out.
  void set_delivered(const std::map<std::string, std::uint64_t>& offsets_by_source);
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  JournalNews now_;
  std::map<std::string, model::DiscoveredLogSource> told_;
  std::map<std::string, std::uint64_t> told_ends_;
  std::vector<std::string> notes_;
  std::optional<std::string> copied_;  // by a syslog daemon, and where to
  std::chrono::steady_clock::time_point look_for_daemon_at_{};
  const std::unique_ptr<JournalWatch> watch_;
};

}  // namespace oc::agent
