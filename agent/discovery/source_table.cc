#include "agent/discovery/source_table.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "agent/discovery/rotated_name.h"
#include "base/ids.h"

namespace oc::agent {
namespace {

// Rotated files exist in handfuls a log; beyond this the oldest names are no longer worth remembering.
constexpr std::size_t kMaxRetired = 200'000;

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Also when rotation moves the file to another folder.
bool is_rotated_form_of(const std::string& path, const std::string& live) {
  return std::ranges::any_of(live_names_of(path),
                             [&](const std::string& candidate) { return name_of(candidate) == name_of(live); });
}

}  // namespace

// One reconcile: what is seen, indexed, and what became of it.
struct SourceTable::Pass {
  const FileGroups& groups;
  SteadyTime now;
  Nanos wall_ns;
  std::unordered_map<std::string, FileIdentity> by_path;
  std::unordered_set<std::string> live_names;   // of files that are there, and of known sources
  std::map<FileIdentity, std::string> holders;  // file → source that holds it
  std::set<FileIdentity> claimed;
  TableChanges changes;
};

SourceTable::SourceTable(std::string agent_id, Inventory inventory)
    : agent_id_(std::move(agent_id)), inventory_(std::move(inventory)) {}

TableChanges SourceTable::reconcile(const FileGroups& groups, SteadyTime now, Nanos wall_ns) {
  Pass pass{groups, now, wall_ns, {}, {}, {}, {}, {}};
  for (const auto& [id, group] : groups) {
    for (const auto& path : group.paths) pass.by_path[path] = id;
    for (const auto& path : group.reals) pass.by_path[path] = id;
    pass.live_names.insert(group.reals.begin(), group.reals.end());
  }
  for (const auto& [id, source] : inventory_.sources) {
    pass.holders[source.file] = id;
    pass.live_names.insert(source.path);
  }
  for (auto& [id, source] : inventory_.sources) settle(pass, source);
  for (const auto& [file, group] : groups)
    if (!pass.claimed.contains(file)) admit(pass, file, group);
  expire(pass);
  prune_retired(pass);
  return std::move(pass.changes);
}

void SourceTable::settle(Pass& pass, KnownSource& source) {
  const auto at_path = pass.by_path.find(source.path);
  if (at_path == pass.by_path.end()) return move_or_miss(pass, source);
  if (at_path->second == source.file) {
    pass.claimed.insert(source.file);
    source.gone_since.reset();
    return name(pass, source, pass.groups.at(source.file), source.path);
  }
  // Another source's file was moved here: that one was renamed, this one lost its place.
  if (pass.holders.contains(at_path->second)) return move_or_miss(pass, source);
  take_over(pass, source, at_path->second);
}

void SourceTable::take_over(Pass& pass, KnownSource& source, const FileIdentity& file) {
  inventory_.retired.erase(file);
  inventory_.retired[source.file] = {source.id, source.path, {}};
  pass.holders.erase(source.file);
  pass.holders[file] = source.id;
  pass.claimed.insert(file);
  source.file = file;
  source.gone_since.reset();
  source.start_offset = source.skipped_bytes = 0;
  source.first_run.clear();
  source.inferences = 0;
  source.inferred_at_size = 0;
  pass.changes.replaced.push_back(source.id);
  pass.changes.changed = true;
  name(pass, source, pass.groups.at(file), source.path);
}

void SourceTable::move_or_miss(Pass& pass, KnownSource& source) {
  const auto found = pass.groups.find(source.file);
  if (found != pass.groups.end() && !pass.claimed.contains(source.file)) {
    pass.claimed.insert(source.file);
    const auto moved_to = std::ranges::find_if(found->second.reals, [&](const std::string& path) {
      return path != source.path && !is_rotated_form_of(path, source.path);
    });
    if (moved_to != found->second.reals.end()) {
      source.gone_since.reset();
      return name(pass, source, found->second, *moved_to);
    }
    pass.changes.rotated.insert(pass.changes.rotated.end(), found->second.reals.begin(), found->second.reals.end());
  }
  if (!source.gone_since) source.gone_since = pass.now;
}

void SourceTable::name(Pass& pass, KnownSource& source, const FileGroup& group, const std::string& path) {
  std::set<std::string> others = group.paths;
  others.insert(group.reals.begin(), group.reals.end());
  others.erase(path);
  std::vector<std::string> aliases(others.begin(), others.end());
  if (source.path == path && source.aliases == aliases) return;
  source.path = path;
  source.aliases = std::move(aliases);
  pass.changes.changed = true;
}

// The name a new source gets: the first that is no rotated form of a live one; empty: there is none.
std::string SourceTable::live_path(const Pass& pass, const FileGroup& group) const {
  const auto rotated = [&](const std::string& path) {
    return std::ranges::any_of(live_names_of(path),
                               [&](const std::string& live) { return pass.live_names.contains(live); });
  };
  const auto found = std::ranges::find_if_not(group.reals, rotated);
  return found == group.reals.end() ? std::string() : *found;
}

void SourceTable::admit(Pass& pass, const FileIdentity& file, const FileGroup& group) {
  const auto retired = inventory_.retired.find(file);
  const bool successor_lives =
      retired != inventory_.retired.end() && inventory_.sources.contains(retired->second.source_id);
  const std::string path = successor_lives ? std::string() : live_path(pass, group);
  if (path.empty() || (retired != inventory_.retired.end() && is_rotated_form_of(path, retired->second.path))) {
    pass.changes.rotated.insert(pass.changes.rotated.end(), group.reals.begin(), group.reals.end());
  } else if (inventory_.sources.size() >= kMaxSources) {
    pass.changes.too_many.push_back(path);
  } else {
    add(pass, file, group, path);
  }
}

void SourceTable::add(Pass& pass, const FileIdentity& file, const FileGroup& group, const std::string& path) {
  KnownSource source;
  source.id = new_id(file, group, path);
  if (group.said != nullptr) source.said = *group.said;
  if (const auto retired = inventory_.retired.find(file); retired != inventory_.retired.end()) {
    source.id = retired->second.source_id;  // back from where it was moved: the collector knows how far it was read
    inventory_.retired.erase(retired);
  }
  source.file = file;
  source.discovered_at_ns = pass.wall_ns;
  name(pass, source, group, path);
  pass.changes.fresh.push_back(source.id);
  inventory_.sources[source.id] = std::move(source);
}

std::string SourceTable::new_id(const FileIdentity& file, const FileGroup& group, const std::string& path) const {
  // What a container writes into a volume outlives it: the next one's file is the same source.
  const bool engine_log = group.said != nullptr && is_engine_log(*group.said);
  const std::string key =
      engine_log ? fmt::format("{}\ndocker\n{}", agent_id_, group.said->at("container.id"))
                 : fmt::format("{}\nfilesystem\n{}\n{}\n{}", agent_id_, file.device, file.inode, file.birth_ns);
  std::string id = stable_hash(key);
  // The inode number came round on a file system without birth times while its first source lives on.
  return inventory_.sources.contains(id) ? stable_hash(key + "\n" + path) : id;
}

void SourceTable::expire(Pass& pass) {
  for (auto at = inventory_.sources.begin(); at != inventory_.sources.end();) {
    const KnownSource& source = at->second;
    if (!source.gone_since || pass.now - *source.gone_since < kGoneGrace) {
      ++at;
      continue;
    }
    if (pass.groups.contains(source.file)) inventory_.retired[source.file] = {source.id, source.path, {}};
    pass.changes.removed.push_back(source.id);
    pass.changes.changed = true;
    at = inventory_.sources.erase(at);
  }
}

void SourceTable::prune_retired(Pass& pass) {
  for (auto at = inventory_.retired.begin(); at != inventory_.retired.end();) {
    auto& unseen = at->second.unseen_since;
    if (pass.groups.contains(at->first)) {
      unseen.reset();
    } else if (!unseen) {
      unseen = pass.now;
    }
    const bool drop = (unseen && pass.now - *unseen >= kGoneGrace) || inventory_.retired.size() > kMaxRetired;
    at = drop ? inventory_.retired.erase(at) : std::next(at);
    if (drop) pass.changes.changed = true;
  }
}

std::optional<SteadyTime> SourceTable::next_expiry() const {
  std::optional<SteadyTime> first;
  for (const auto& [id, source] : inventory_.sources)
    if (source.gone_since && (!first || *source.gone_since < *first)) first = source.gone_since;
  return first ? std::optional(*first + kGoneGrace) : std::nullopt;
}

}  // namespace oc::agent
