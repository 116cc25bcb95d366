#include "agent/discovery/source_catalog.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "agent/discovery/docker/engine_layout.h"
#include "base/log.h"
#include "contracts/labels/labels.h"

namespace oc::agent {
namespace {

// That its log is wrapped is certain; what is inside may be found out later, or is said by the container's label.
model::LogShape container_log_shape(const KnownSource& source) {
  const auto said = source.said.find(std::string(kShapeLabel));
  const bool podman = is_podman_folder(folder_of_log(source.path)), local = is_local_log(source.path);
  const std::string wrapping = podman ? "cri" : local ? "docker-local" : "docker-json";
  const char* driver = podman ? "k8s-file" : local ? "local" : "json-file";
  const bool inferred = source.shape.shape == wrapping && source.shape.confidence >= kSureConfidence;
  if (said == source.said.end() && inferred) return source.shape;
  model::LogShape shape{.shape = wrapping,
                        .timestamp_layout = {},
                        .record_start = {},
                        .confidence = 1,
                        .reason = fmt::format("its container's log driver is {}", driver)};
  if (said == source.said.end()) return shape;
  shape.reason = fmt::format("{}, and its label {}={}", shape.reason, kShapeLabel, said->second);
  shape.multiline = said->second.starts_with('^');
  if (shape.multiline) shape.record_start = said->second;
  return shape;
}

}  // namespace

model::DiscoveredLogSource to_discovered(const KnownSource& source) {
  model::DiscoveredLogSource out;
  out.source_id = source.id;
  out.source_type = model::SourceType::kFilesystem;
  out.log_path = source.path;
  out.aliases = source.aliases;
  contracts::ServiceNameHints hints;
  hints.file_stem = contracts::file_stem(source.path);
  out.metadata["service_name"] = contracts::service_name(hints);
  out.metadata["device"] = std::to_string(source.file.device);
  out.metadata["inode"] = std::to_string(source.file.inode);
  if (!source.first_run.empty()) out.metadata["first_run"] = source.first_run;
  if (is_of_container(source.said)) out.source_type = model::SourceType::kDocker;
  for (const auto& [name, value] : source.said) out.metadata[name] = value;
  out.discovered_at_ns = source.discovered_at_ns;
  out.shape = is_engine_log(source.said) ? container_log_shape(source) : source.shape;
  out.start_offset = source.start_offset;
  out.skipped_bytes = source.skipped_bytes;
  return out;
}

Result<SourceCatalog> SourceCatalog::open(CatalogOptions options, const Clock& clock) {
  OC_TRY_ASSIGN(auto loaded, load_inventory(options.inventory_file));
  const bool first_run = !loaded.has_value();
  Inventory inventory = std::move(loaded).value_or(Inventory{});
  if (first_run) {
    inventory.first_started_ns = clock.wall_ns();
    inventory.backfill_left_bytes = options.limits.backfill_bytes_total;
  }
  return SourceCatalog(std::move(options), std::move(inventory), first_run, clock);
}

SourceCatalog::SourceCatalog(CatalogOptions options, Inventory inventory, bool first_run, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      table_(options_.agent_id, std::move(inventory)),
      first_listing_of_all_(first_run) {
  for (const auto& [id, source] : table_.inventory().sources)
    if (is_engine_log(source.said)) container_folders_.insert(folder_of_log(source.path));
}

void SourceCatalog::reconcile(const FolderTree& tree) {
  left_out_.clear();
  checks_.clear();
  stats_.clear();
  FileGroups groups;
  std::set<FileIdentity> there;
  group_files(tree, groups, there);
  add_deleted_logs(groups);
  std::erase_if(verdicts_, [&](const auto& verdict) { return !there.contains(verdict.first); });
  const auto changes = table_.reconcile(groups, clock_.steady(), clock_.wall_ns());
  take_changes(changes, groups);
  take_names(groups);
  for (const auto& [id, source] : table_.inventory().sources)
    if (const auto group = groups.find(source.file); group != groups.end()) stats_[id] = group->second.stat;
  checks_.clear();
  index_paths();
  keep_container_logs_open();
  look_for_done_containers();
  first_listing_of_all_ = false;
}

void SourceCatalog::group_files(const FolderTree& tree, FileGroups& groups, std::set<FileIdentity>& there) {
  std::set<FileIdentity> known;
  for (const auto& [id, source] : table_.inventory().sources) known.insert(source.file);
  const auto visit = [&](const SeenFile& file) {
    there.insert(file.stat.id);
    if (file.left_out)
      left_out_[file.path] = *file.left_out;
    else
      group(file, known, groups);
  };
  tree.for_each_file(visit);
  shared_.clear();
  for (const auto& [path, file] : named_files_)
    if (there.contains(file.stat.id)) shared_.insert(file.stat.id);
  for (const auto& [path, file] : named_files_) visit({path, path, file.stat, left_out_by_name(path)});
}

void SourceCatalog::group(const SeenFile& file, const std::set<FileIdentity>& known, FileGroups& groups) {
  const bool is_known = known.contains(file.stat.id) || table_.inventory().retired.contains(file.stat.id);
  if (!is_known && !is_container_log(file) && !is_log(file)) return;
  FileGroup& group = groups[file.stat.id];
  if (const auto* said = said_of(file.real)) group.said = said;
  group.stat = file.stat;
  group.reals.insert(file.real);
  group.paths.insert(file.path);
}

std::optional<SteadyTime> SourceCatalog::next_expiry() const {
  auto first = table_.next_expiry();
  for (const auto& [id, since] : done_since_)
    if (published_.contains(id) && (!first || since + kDoneGrace < *first)) first = since + kDoneGrace;
  return first;
}

void SourceCatalog::take_changes(const TableChanges& changes, const FileGroups& groups) {
  unsaved_ |= changes.changed;
  for (const auto& path : changes.rotated) left_out_[path] = {LeftOut::kRotated, {}};
  for (const auto& path : changes.too_many)
    left_out_[path] = {LeftOut::kTooMany, "narrow discovery.filesystem.include"};
  for (const auto& id : changes.removed) {
    ledger_.forget(id);
    delivered_.erase(id);
    ended_.erase(id);
  }
  decide_starts(changes.fresh, groups);
  for (const auto& id : changes.replaced) {
    KnownSource& source = table_.inventory().sources.at(id);
    take_shape(source, check(source.path, source.file), groups.at(source.file).stat.size);
  }
}

std::vector<contracts::LedgerEntry> SourceCatalog::observe(const std::set<std::string>& paths) {
  std::set<std::string> ids;
  for (const auto& path : paths)
    if (const auto found = by_path_.find(path); found != by_path_.end()) ids.insert(found->second);
  std::vector<contracts::LedgerEntry> out;
  for (const auto& id : ids)
    if (const auto found = table_.inventory().sources.find(id); found != table_.inventory().sources.end())
      observe_source(found->second, out);
  return out;
}

std::vector<contracts::LedgerEntry> SourceCatalog::observe_changed() {
  std::vector<std::string> stale;
  for (const auto& [id, stat] : stats_)
    if (ledger_.is_stale(id, stat)) stale.push_back(id);
  for (const auto& [id, source] : table_.inventory().sources)
    if (source.gone_since && is_of_container(source.said)) stale.push_back(id);  // its last lines
  std::vector<contracts::LedgerEntry> out;
  for (const auto& id : stale)
    if (const auto found = table_.inventory().sources.find(id); found != table_.inventory().sources.end())
      observe_source(found->second, out);
  return out;
}

void SourceCatalog::observe_source(KnownSource& source, std::vector<contracts::LedgerEntry>& out) {
  const auto observed = ledger_.observe(source, clock_.wall_ns());
  if (!observed && source.gone_since && ledger_.last(source.id) == nullptr) {
    log::warn("{} was gone before its end could be read: what was collected of it cannot be proven", source.path);
    out.push_back(ledger_.never_seen(source, clock_.wall_ns()));
  }
  if (!observed || !*observed) return;  // gone or unreadable: the next listing says which
  const auto& entry = (*observed)->entry;
  if ((*observed)->truncated) {
    source.start_offset = source.skipped_bytes = 0;
    source.first_run.clear();
    source.inferences = 0;
    source.inferred_at_size = 0;
    unsaved_ = true;
  }
  if (shape_is_due(source, entry)) {
    const ContentCheck content = check_content(source.path, source.file);
    // A container's log is one by the word of its engine, and may have no name to be looked at by any more.
    if (content.left_out && !is_engine_log(source.said))
      return remove_source(std::string(source.id), *content.left_out);
    take_shape(source, content, entry.size_bytes);
  }
  out.push_back(entry);
}

void SourceCatalog::remove_source(const std::string& id, const LeftOutFile& why) {
  const KnownSource& source = table_.inventory().sources.at(id);
  verdicts_[source.file] = {why, source.inferred_at_size, 0};
  left_out_[source.path] = why;
  by_path_.erase(source.path);
  ledger_.forget(id);
  stats_.erase(id);
  table_.remove(id);
  unsaved_ = true;
}

void SourceCatalog::index_paths() {
  by_path_.clear();
  for (const auto& [id, source] : table_.inventory().sources) {
    by_path_[source.path] = id;
    for (const auto& alias : source.aliases) by_path_[alias] = id;
  }
}

std::optional<std::string> SourceCatalog::source_named(std::string_view name) const {
  for (const auto& [path, id] : by_path_)
    if (path.ends_with(name) && path[path.size() - name.size() - 1] == '/') return path;
  return std::nullopt;
}

std::map<std::string, Metadata> SourceCatalog::named_by_processes() const {
  std::map<std::string, Metadata> named;
  for (const auto& [id, source] : table_.inventory().sources)
    if (!source.said.empty() && !is_of_container(source.said)) named[source.path] = source.said;
  return named;
}

Result<CatalogUpdate> SourceCatalog::take_update() {
  CatalogUpdate update;
  if (!unsaved_) return update;
  std::map<std::string, model::DiscoveredLogSource> now;
  std::set<std::string> left;
  for (const auto& [id, source] : table_.inventory().sources) {
    if (is_done(source)) {
      left.insert(id);
      continue;
    }
    auto discovered = to_discovered(source);
    const auto before = published_.find(id);
    if (before == published_.end() || before->second != discovered) update.upserted.push_back(discovered);
    if (left_.contains(id) && ledger_.last(id) != nullptr) update.ledger.push_back(*ledger_.last(id));
    now.emplace(id, std::move(discovered));
  }
  for (const auto& [id, source] : published_)
    if (!now.contains(id)) update.removed.push_back(id);
  OC_TRY(save_inventory(options_.inventory_file, table_.inventory()));
  unsaved_ = false;
  published_ = std::move(now);
  left_ = std::move(left);
  return update;
}

}  // namespace oc::agent
