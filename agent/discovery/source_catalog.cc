#include "agent/discovery/source_catalog.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "agent/discovery/docker/engine_layout.h"
#include "agent/discovery/line_ends.h"
#include "base/log.h"
#include "contracts/labels/labels.h"

namespace oc::agent {
namespace {

// From here on more bytes are not expected to change the answer.
constexpr double kSureConfidence = 0.8;
// Each needs twice the bytes of the one before: 8 reach from one line to hundreds.
constexpr unsigned kMaxInferences = 8;

// File times are taken from the clock of the last timer interrupt: at most 10 ms old (CONFIG_HZ=100).
constexpr Nanos kKernelTick = 10'000'000;

// That its log is wrapped is certain; what is inside may be found out later, or is said by the container's label.
model::LogShape container_log_shape(const KnownSource& source) {
  const auto said = source.container.find(std::string(kShapeLabel));
  const bool podman = is_podman_folder(folder_of_log(source.path)), local = is_local_log(source.path);
  const std::string wrapping = podman ? "cri" : local ? "docker-local" : "docker-json";
  const char* driver = podman ? "k8s-file" : local ? "local" : "json-file";
  const bool inferred = source.shape.shape == wrapping && source.shape.confidence >= kSureConfidence;
  if (said == source.container.end() && inferred) return source.shape;
  model::LogShape shape{.shape = wrapping,
                        .timestamp_layout = {},
                        .record_start = {},
                        .confidence = 1,
                        .reason = fmt::format("its container's log driver is {}", driver)};
  if (said == source.container.end()) return shape;
  shape.reason = fmt::format("{}, and its label {}={}", shape.reason, kShapeLabel, said->second);
  shape.multiline = said->second.starts_with('^');
  if (shape.multiline) shape.record_start = said->second;
  return shape;
}

}  // namespace

bool is_engine_log(const KnownSource& source) {
  return !source.container.empty() && !source.container.contains(model::kContainerFile);
}

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
  if (!source.container.empty()) {
    out.source_type = model::SourceType::kDocker;
    for (const auto& [name, value] : source.container) out.metadata[name] = value;
  }
  out.discovered_at_ns = source.discovered_at_ns;
  out.shape = is_engine_log(source) ? container_log_shape(source) : source.shape;
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
    if (is_engine_log(source)) container_folders_.insert(folder_of_log(source.path));
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
  name_containers(groups);
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
  for (const auto& [path, file] : files_inside_)
    if (there.contains(file.stat.id)) shared_.insert(file.stat.id);
  for (const auto& [path, file] : files_inside_) visit({path, path, file.stat, left_out_by_name(path)});
}

void SourceCatalog::group(const SeenFile& file, const std::set<FileIdentity>& known, FileGroups& groups) {
  const bool is_known = known.contains(file.stat.id) || table_.inventory().retired.contains(file.stat.id);
  if (!is_known && !is_container_log(file) && !is_log(file)) return;
  FileGroup& group = groups[file.stat.id];
  if (const auto* container = container_at(file.real)) group.container = container;
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

bool SourceCatalog::is_log(const SeenFile& file) {
  if (left_out_.contains(file.path)) return false;
  if (std::ranges::any_of(container_folders_, [&](const auto& folder) { return is_below(file.real, folder); })) {
    left_out_[file.path] = {LeftOut::kContainer, "the engine knows no container of it"};
    return false;
  }
  if (const auto found = verdicts_.find(file.stat.id); found != verdicts_.end()) {
    const Verdict& verdict = found->second;
    const bool same = verdict.file.reason == LeftOut::kUnreadable ? verdict.changed_ns == file.stat.changed_ns
                                                                  : verdict.size <= file.stat.size;
    if (same) {
      left_out_[file.path] = verdict.file;
      return false;
    }
    verdicts_.erase(found);
  }
  const ContentCheck& content = check(file.real, file.stat.id);
  if (!content.left_out) return true;
  verdicts_[file.stat.id] = {*content.left_out, file.stat.size, file.stat.changed_ns};
  left_out_[file.path] = *content.left_out;
  return false;
}

const ContentCheck& SourceCatalog::check(const std::string& path, const FileIdentity& id) {
  const auto found = checks_.find(id);
  return found != checks_.end() ? found->second : checks_.emplace(id, check_content(path, id)).first->second;
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

// The newest files first: they get what the total allows.
void SourceCatalog::decide_starts(const std::vector<std::string>& fresh, const FileGroups& groups) {
  std::vector<std::pair<const FileStat*, KnownSource*>> order;
  for (const auto& id : fresh) {
    KnownSource& source = table_.inventory().sources.at(id);
    order.emplace_back(&groups.at(source.file).stat, &source);
  }
  std::ranges::sort(order, [](const auto& left, const auto& right) {
    return left.first->modified_ns != right.first->modified_ns ? left.first->modified_ns > right.first->modified_ns
                                                               : left.second->path < right.second->path;
  });
  for (const auto& [stat, source] : order) {
    const ContentCheck& content = check(source->path, source->file);
    decide_start(*source, *stat, content);
    take_shape(*source, content, stat->size);
  }
}

void SourceCatalog::decide_start(KnownSource& source, const FileStat& stat, const ContentCheck& content) {
  Inventory& inventory = table_.inventory();
  // Later listings allow for the tick: a file made just after our start may bear a time just before it.
  const Nanos tick = first_listing_of_all_ ? 0 : kKernelTick;
  const bool was_there =
      stat.id.birth_ns != 0 ? stat.id.birth_ns + tick < inventory.first_started_ns : first_listing_of_all_;
  if (!was_there) return;
  const FirstRunPolicy policy{options_.backfill, options_.limits, clock_.wall_ns()};
  const auto fd = open_to_look_at(source.path);
  const auto now = fd ? stat_open_file(fd->get()) : Result<FileStat>(std::unexpected(fd.error()));
  if (!now || now->id != source.file) return;
  const auto offset_of_time = [&](Nanos not_before) -> std::optional<std::uint64_t> {
    return content.offset_of_time ? content.offset_of_time(not_before) : std::nullopt;
  };
  if (is_local_log(source.path)) {  // frames are not looked for by age: all of them, or none
    if (options_.backfill != contracts::Backfill::kNone) return;
    source.start_offset = source.skipped_bytes = last_frame_end(fd->get(), now->size).value_or(now->size);
    source.first_run = fmt::format("{} left out: backfill is none", human_bytes(source.start_offset));
    return;
  }
  const auto start = first_run_start(policy, fd->get(), *now, offset_of_time, inventory.backfill_left_bytes);
  if (!start) return log::warn("{}: read from its beginning: {}", source.path, start.error().text());
  source.start_offset = source.skipped_bytes = start->offset;
  source.first_run = start->text;
}

void SourceCatalog::take_shape(KnownSource& source, const ContentCheck& content, std::uint64_t size) {
  source.inferred_at_size = size;
  unsaved_ = true;
  if (!content.has_complete_line) return;
  ++source.inferences;
  source.shape = content.shape;
}

bool SourceCatalog::shape_is_due(const KnownSource& source, const contracts::LedgerEntry& entry) const {
  if (entry.size_bytes == 0 || source.inferences >= kMaxInferences) return false;
  const bool doubled = entry.size_bytes >= 2 * source.inferred_at_size;
  if (source.inferences == 0) return doubled || entry.last_newline_end > 0;
  return doubled && source.shape.confidence < kSureConfidence;
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
    if (source.gone_since && !source.container.empty()) stale.push_back(id);  // its last lines
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
    if (content.left_out && !is_engine_log(source)) return remove_source(std::string(source.id), *content.left_out);
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
