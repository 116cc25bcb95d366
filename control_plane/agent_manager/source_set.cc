#include "control_plane/agent_manager/source_set.h"

#include <fmt/format.h>

namespace oc::control_plane {

namespace {

std::string hash_of(const std::map<std::string, model::DiscoveredLogSource>& sources) {
  std::vector<model::DiscoveredLogSource> list;
  list.reserve(sources.size());
  for (const auto& [id, source] : sources) list.push_back(source);
  return contracts::set_hash(list);
}

}  // namespace

Status SourceSet::apply(contracts::SourcesSnapshot snapshot) {
  if (snapshot.sources.size() > kMaxSources)
    return permanent(fmt::format("{} sources are more than {} an agent may have", snapshot.sources.size(), kMaxSources),
                     "narrow discovery.filesystem.roots or exclude");
  std::set<std::string> gone;
  for (const auto& [id, source] : sources_) gone.insert(id);
  for (auto& source : snapshot.sources) {
    gone.erase(source.source_id);
    upsert(std::move(source));
  }
  for (const auto& id : gone) remove(id);
  sequence_ = snapshot.sequence;
  known_ = true;
  hash_ = hash_of(sources_);
  return {};
}

Status SourceSet::apply(contracts::SourcesDelta delta) {
  if (!known_) return retryable("the source set is not known here yet");
  if (delta.sequence != sequence_ + 1) {
    known_ = false;
    return retryable(fmt::format("delta {} does not follow {}", delta.sequence, sequence_));
  }
  if (sources_.size() + delta.upserted.size() > kMaxSources) {
    known_ = false;
    return permanent(fmt::format("more than {} sources", kMaxSources));
  }
  for (auto& source : delta.upserted) upsert(std::move(source));
  for (const auto& id : delta.removed) remove(id);
  sequence_ = delta.sequence;
  hash_ = hash_of(sources_);
  return verify(delta.set_hash);
}

Status SourceSet::check(const contracts::SourcesHeartbeat& heartbeat) {
  if (!known_) return retryable("the source set is not known here yet");
  if (heartbeat.sequence == sequence_) return verify(heartbeat.set_hash);
  known_ = false;
  return retryable(fmt::format("the agent is at sequence {}, known here is {}", heartbeat.sequence, sequence_));
}

Status SourceSet::verify(std::string_view reported_hash) {
  if (hash_ == reported_hash) return {};
  known_ = false;
  return retryable(fmt::format("the set hashes to {} here, to {} at the agent", hash_, reported_hash));
}

void SourceSet::upsert(model::DiscoveredLogSource source) {
  const auto id = source.source_id;
  const auto known = sources_.find(id);
  if (known != sources_.end() && known->second == source) return;
  sources_.insert_or_assign(id, std::move(source));
  changes_.removed.erase(id);
  changes_.upserted.insert(id);
}

void SourceSet::mark_all_changed() {
  for (const auto& [id, source] : sources_) changes_.upserted.insert(id);
}

void SourceSet::remove(const std::string& source_id) {
  if (sources_.erase(source_id) == 0) return;
  changes_.upserted.erase(source_id);
  changes_.removed.insert(source_id);
}

}  // namespace oc::control_plane
