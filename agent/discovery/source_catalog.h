// The agent's sources as the control plane is to know them: identities, shapes and first-run decisions put together,
// kept in the inventory before anybody hears of them. Used by one thread.
//
// A container that has ended and whose lines are all delivered is no source any more, though its log stays for as long
// as the engine keeps it: a host that runs a thousand jobs a day would carry a thousand receivers. It is one again when
// it is started again.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/discovery/content_check.h"
#include "agent/discovery/docker/docker_watch.h"
#include "agent/discovery/folder_tree.h"
#include "agent/discovery/ledger.h"
#include "agent/discovery/source_table.h"
#include "base/clock.h"
#include "contracts/config/config.h"

namespace oc::agent {

struct CatalogOptions {
  std::string agent_id;
  std::filesystem::path inventory_file;
  contracts::Backfill backfill = contracts::Backfill::kRecent;
  contracts::Limits limits;
};

// From its last line's delivery on, so that whoever proves it has the time to.
inline constexpr std::chrono::seconds kDoneGrace{30};

// Of a shape: from here on more bytes are not expected to change it.
inline constexpr double kSureConfidence = 0.8;

struct CatalogUpdate {
  std::vector<model::DiscoveredLogSource> upserted;
  std::vector<std::string> removed;
  std::vector<contracts::LedgerEntry> ledger;  // of sources that are some again: nothing of them is remembered
  bool empty() const { return upserted.empty() && removed.empty(); }
};

class SourceCatalog {
 public:
  static Result<SourceCatalog> open(CatalogOptions options, const Clock& clock);

  // Whose logs lie below `folder`: files there are sources if a container claims them. Before the next reconcile().
  void set_containers(const Containers& containers);
  // What containers and processes name, as it is now. Before the next reconcile().
  void set_named_files(NamedFiles files) { named_files_ = std::move(files); }
  // Where containers' logs lie, as far as is known: also before an engine has said so again.
  const std::set<std::string>& container_folders() const { return container_folders_; }
  // Takes over what the tree has listed.
  void reconcile(const FolderTree& tree);
  // How far the collector has delivered: bytes from the beginning of the source's file.
  void set_delivered(const std::map<std::string, std::uint64_t>& offsets_by_source);
  // Looks at the files again whose size changed since the last look; the paths are real ones or aliases.
  std::vector<contracts::LedgerEntry> observe(const std::set<std::string>& paths);
  std::vector<contracts::LedgerEntry> observe_changed();

  // What changed since the last call, already kept on disk. A disk that refuses keeps the update for the next call.
  Result<CatalogUpdate> take_update();
  // The path of a source whose file has this name, folders aside.
  std::optional<std::string> source_named(std::string_view name) const;
  // Whether the file is a source, or was looked at and is none.
  bool knows(const std::string& path) const { return by_path_.contains(path) || left_out_.contains(path); }
  // Sources that are some by the word of a process, with what it said; by path.
  std::map<std::string, Metadata> named_by_processes() const;
  const LeftOutFiles& left_out() const { return left_out_; }
  // When the next source is to be dropped, see reconcile(); none: never.
  std::optional<SteadyTime> next_expiry() const;

 private:
  SourceCatalog(CatalogOptions options, Inventory inventory, bool first_run, const Clock& clock);
  bool is_log(const SeenFile& file);
  bool is_container_log(const SeenFile& file);
  const Metadata* said_of(const std::string& path) const;
  void group_files(const FolderTree& tree, FileGroups& groups, std::set<FileIdentity>& there);
  void group(const SeenFile& file, const std::set<FileIdentity>& known, FileGroups& groups);
  void take_names(const FileGroups& groups);
  void add_deleted_logs(FileGroups& groups) const;
  void look_for_done_containers();
  bool is_done(const KnownSource& source) const;
  void keep_container_logs_open();
  const ContentCheck& check(const std::string& path, const FileIdentity& id);
  void take_changes(const TableChanges& changes, const FileGroups& groups);
  void decide_starts(const std::vector<std::string>& fresh, const FileGroups& groups);
  void decide_start(KnownSource& source, const FileStat& stat, const ContentCheck& content);
  void take_shape(KnownSource& source, const ContentCheck& content, std::uint64_t size);
  bool shape_is_due(const KnownSource& source, const contracts::LedgerEntry& entry) const;
  void observe_source(KnownSource& source, std::vector<contracts::LedgerEntry>& out);
  void remove_source(const std::string& id, const LeftOutFile& why);
  void index_paths();

  // A file that is no log, until it changes.
  struct Verdict {
    LeftOutFile file;
    std::uint64_t size = 0;
    Nanos changed_ns = 0;
  };

  CatalogOptions options_;
  const Clock& clock_;
  SourceTable table_;
  Ledger ledger_;
  bool first_listing_of_all_;  // no listing was ever taken over in this data directory
  bool unsaved_ = true;
  std::map<FileIdentity, Verdict> verdicts_;
  std::map<FileIdentity, ContentCheck> checks_;  // of the reconcile under way
  std::map<std::string, FileStat> stats_;        // by source id, as last listed
  std::unordered_map<std::string, std::string> by_path_;
  std::map<std::string, model::DiscoveredLogSource> published_;
  LeftOutFiles left_out_;
  std::set<std::string> container_folders_;
  std::map<std::string, Container> containers_;  // by the path of their log
  std::map<std::string, bool> has_ended_;        // containers by id
  NamedFiles named_files_;
  std::set<FileIdentity> shared_;                   // of named_files_: found where they lie as well
  std::map<std::string, std::uint64_t> delivered_;  // by source id
  std::set<std::string> ended_;                     // source ids whose container has
  std::map<std::string, SteadyTime> done_since_;    // by source id: its container has ended, its lines are delivered
  std::set<std::string> left_;                      // ids that were left out of the last update as done
};

model::DiscoveredLogSource to_discovered(const KnownSource& source);

}  // namespace oc::agent
