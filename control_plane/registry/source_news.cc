#include "control_plane/registry/source_news.h"

#include "base/utf8.h"
#include "control_plane/event_bus/event_types.h"
#include "control_plane/registry/source_rows.h"

namespace oc::control_plane {

namespace {

using Labels = std::map<std::string, std::string>;

NewEvent event_of(std::string_view type, const model::RegisteredLogSource& source, const std::string& change) {
  const auto& discovered = source.source;
  return {std::string(type),
          discovered.source_id,
          {{"change", change},
           {"source_id", discovered.source_id},
           {"agent_id", source.agent_id},
           {"source_type", model::to_string(discovered.source_type)},
           {"log_path", to_utf8(discovered.log_path)},
           {"service_name", to_utf8(service_name_of(source))},
           {"shape", to_utf8(discovered.shape.shape)}}};
}

SourceChange change_of(const model::RegisteredLogSource& source, const std::string& change, const std::string& author,
                       Nanos now, Json detail = Json::object()) {
  return {source.source.source_id, now, change, author, std::move(detail)};
}

template <typename Value>
void note(Json& changed, const std::string& member, const Value& from, const Value& to) {
  if (from != to) changed[member] = {{"from", from}, {"to", to}};
}

std::string value_in(const Labels& labels, const std::string& name) {
  const auto at = labels.find(name);
  return at == labels.end() ? std::string() : to_utf8(at->second);
}

void note_all(Json& changed, const std::string& prefix, const Labels& from, const Labels& to) {
  Labels names = from;
  names.insert(to.begin(), to.end());
  for (const auto& [name, value] : names)
    note(changed, prefix + to_utf8(name), value_in(from, name), value_in(to, name));
}

Json differences(const model::RegisteredLogSource& before, const model::RegisteredLogSource& after) {
  Json changed = Json::object();
  note(changed, "agent_id", before.agent_id, after.agent_id);
  note(changed, "log_path", to_utf8(before.source.log_path), to_utf8(after.source.log_path));
  note(changed, "aliases", before.source.aliases.size(), after.source.aliases.size());
  note(changed, "shape", to_utf8(before.source.shape.shape), to_utf8(after.source.shape.shape));
  note(changed, "timestamp_layout", to_utf8(before.source.shape.timestamp_layout),
       to_utf8(after.source.shape.timestamp_layout));
  note(changed, "start_offset", before.source.start_offset, after.source.start_offset);
  note_all(changed, "metadata.", before.source.metadata, after.source.metadata);
  note_all(changed, "labels.", before.labels, after.labels);
  return changed;
}

std::string kind_of_update(const model::RegisteredLogSource& before, const model::RegisteredLogSource& after) {
  if (before.source.status == after.source.status) return "updated";
  return after.source.status == model::SourceStatus::kActive ? "active" : "inactive";
}

}  // namespace

std::string agent_author(const std::string& agent_id) { return "agent " + agent_id; }

void tell_registered(SourceNews& news, const model::RegisteredLogSource& source, const std::string& author, Nanos now) {
  news.history.push_back(change_of(source, "registered", author, now,
                                   {{"log_path", to_utf8(source.source.log_path)}, {"labels", source.labels}}));
  news.events.push_back(event_of(event_types::kNewLogSourceDiscovered, source, "new"));
  news.events.push_back(event_of(event_types::kLogSourceRegistered, source, "new"));
}

void tell_updated(SourceNews& news, const model::RegisteredLogSource& before, const model::RegisteredLogSource& after,
                  const std::string& author, Nanos now) {
  const auto kind = kind_of_update(before, after);
  if (kind == "inactive") return tell_inactive(news, after, "its agent says so", author, now);
  auto changed = differences(before, after);
  auto event = event_of(event_types::kLogSourceRegistered, after, kind);
  event.data["changed"] = Json::array();
  for (const auto& [member, value] : changed.items()) event.data["changed"].push_back(member);
  news.history.push_back(change_of(after, kind, author, now, std::move(changed)));
  news.events.push_back(std::move(event));
}

void tell_inactive(SourceNews& news, const model::RegisteredLogSource& source, const std::string& reason,
                   const std::string& author, Nanos now) {
  news.history.push_back(change_of(source, "inactive", author, now, {{"reason", reason}}));
  auto event = event_of(event_types::kLogSourceRemoved, source, "inactive");
  event.data["reason"] = reason;
  news.events.push_back(std::move(event));
}

void tell_labels(SourceNews& news, const model::RegisteredLogSource& before, const model::RegisteredLogSource& after,
                 const std::string& author, Nanos now) {
  Json changed = Json::object();
  note_all(changed, "", before.user_labels, after.user_labels);
  auto event = event_of(event_types::kLogSourceLabelsUpdated, after, "labels");
  event.data["labels"] = after.labels;
  event.data["user_labels"] = after.user_labels;
  news.history.push_back(change_of(after, "labels", author, now, std::move(changed)));
  news.events.push_back(std::move(event));
}

void tell_deleted(SourceNews& news, const model::RegisteredLogSource& source, const std::string& author, Nanos now) {
  news.history.push_back(change_of(source, "deleted", author, now,
                                   {{"log_path", to_utf8(source.source.log_path)}, {"labels", source.labels}}));
  news.events.push_back(event_of(event_types::kLogSourceRemoved, source, "deleted"));
}

}  // namespace oc::control_plane
