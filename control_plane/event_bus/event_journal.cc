#include "control_plane/event_bus/event_journal.h"

#include <fmt/format.h>

namespace oc::control_plane {

namespace {

constexpr std::string_view kSchema = R"sql(
CREATE TABLE events(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ns INTEGER NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  data TEXT NOT NULL);
CREATE TABLE event_consumers(
  consumer TEXT PRIMARY KEY,
  seq INTEGER NOT NULL) WITHOUT ROWID;
)sql";

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Status append_event(Database& writer, const NewEvent& event, Nanos now) {
  auto data = text_of(event.data);
  if (const auto size = event.type.size() + event.subject.size() + data.size(); size > kMaxEventBytes)
    return permanent(fmt::format("an event of type {} has {} bytes, at most {} are kept", event.type.substr(0, 64),
                                 size, kMaxEventBytes));
  return writer.execute("INSERT INTO events(at_ns, type, subject, data) VALUES (?1, ?2, ?3, ?4)",
                        {now, event.type, event.subject, std::move(data)});
}

}  // namespace

Json to_json(const Event& event) {
  return {{"seq", event.seq},
          {"at", to_rfc3339(event.at_ns)},
          {"type", event.type},
          {"subject", event.subject},
          {"data", event.data}};
}

std::string_view event_journal_schema() { return kSchema; }

Result<std::int64_t> append_events(Database& writer, const std::vector<NewEvent>& events, Nanos now) {
  for (const auto& event : events) OC_TRY(append_event(writer, event, now));
  return newest_event(writer);
}

Result<std::int64_t> prune_events(Database& writer, std::int64_t newest) {
  OC_TRY(writer.execute("DELETE FROM events WHERE seq <= ?1", {newest - kKeptEvents}));
  return writer.changes();
}

Result<std::int64_t> newest_event(Database& reader) {
  std::int64_t newest = 0;
  OC_TRY(reader.execute("SELECT ifnull(max(seq), 0) FROM events", {},
                        [&](const SqlRow& row) { newest = row.integer(0); }));
  return newest;
}

Result<std::vector<Event>> read_events(Database& reader, std::int64_t after, std::size_t limit,
                                       const std::vector<std::string>& types) {
  std::vector<Event> events;
  Status read;
  OC_TRY(
      reader.execute("SELECT seq, at_ns, type, subject, data FROM events WHERE seq > ?1 AND "
                     "(?3 = '[]' OR type IN (SELECT value FROM json_each(?3))) ORDER BY seq LIMIT ?2",
                     {after, static_cast<std::int64_t>(limit), text_of(Json(types))}, [&](const SqlRow& row) {
                       auto data = parse_json(row.text(4));
                       if (data)
                         events.push_back({row.integer(0), row.integer(1), row.text(2), row.text(3), std::move(*data)});
                       else
                         read = in_context(std::move(data).error(), "control-plane.db, table events");
                     }));
  OC_TRY(read);
  return events;
}

}  // namespace oc::control_plane
