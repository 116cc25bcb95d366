#include "control_plane/registry/source_history.h"

#include "control_plane/registry/source_rows.h"

namespace oc::control_plane {

namespace {

Status append_change(Database& writer, const SourceChange& change) {
  OC_TRY(writer.execute(
      "INSERT INTO source_history SELECT ?1, ifnull(max(number), 0) + 1, ?2, ?3, ?4, ?5 FROM source_history "
      "WHERE source_id = ?1",
      {change.source_id, change.at_ns, change.change, change.author,
       change.detail.dump(-1, ' ', false, Json::error_handler_t::replace)}));
  return writer.execute(
      "DELETE FROM source_history WHERE source_id = ?1 AND number <= "
      "(SELECT max(number) FROM source_history WHERE source_id = ?1) - ?2",
      {change.source_id, kKeptSourceChanges});
}

Status uncount(Database& writer, const std::map<std::string, std::string>& labels) {
  for (const auto& [name, value] : labels) {
    OC_TRY(
        writer.execute("UPDATE label_values SET sources = sources - 1 WHERE name = ?1 AND value = ?2", {name, value}));
    OC_TRY(writer.execute("DELETE FROM label_values WHERE name = ?1 AND value = ?2 AND sources <= 0", {name, value}));
  }
  return {};
}

}  // namespace

Status append_history(Database& writer, const std::vector<SourceChange>& changes) {
  for (const auto& change : changes) OC_TRY(append_change(writer, change));
  return {};
}

Result<std::vector<SourceChange>> read_history(Database& reader, const std::string& source_id, std::size_t limit) {
  std::vector<SourceChange> changes;
  Status read;
  OC_TRY(reader.execute(
      "SELECT at_ns, change, author, detail FROM source_history WHERE source_id = ?1 ORDER BY number DESC LIMIT ?2",
      {source_id, static_cast<std::int64_t>(limit)}, [&](const SqlRow& row) {
        auto detail = parse_json(row.text(3));
        if (detail)
          changes.push_back({source_id, row.integer(0), row.text(1), row.text(2), std::move(*detail)});
        else
          read = in_context(std::move(detail).error(), "control-plane.db, table source_history");
      }));
  OC_TRY(read);
  return changes;
}

Status forget_history(Database& writer, const std::string& source_id) {
  return writer.execute("DELETE FROM source_history WHERE source_id = ?1", {source_id});
}

Status is_gone(Database& writer, const std::string& source_id, Nanos now) {
  return writer.execute("INSERT OR REPLACE INTO gone_sources VALUES (?1, ?2)", {source_id, now});
}

Status is_back(Database& writer, const std::string& source_id) {
  return writer.execute("DELETE FROM gone_sources WHERE source_id = ?1", {source_id});
}

Result<std::vector<std::string>> longest_gone(Database& reader, Nanos before, std::uint64_t kept,
                                              std::uint64_t at_most) {
  std::int64_t too_many = 0;
  OC_TRY(reader.execute("SELECT max(0, count(*) - ?1) FROM gone_sources", {static_cast<std::int64_t>(kept)},
                        [&](const SqlRow& row) { too_many = row.integer(0); }));
  std::vector<std::string> ids;
  OC_TRY(reader.execute("SELECT source_id, since_ns FROM gone_sources ORDER BY since_ns LIMIT ?1",
                        {static_cast<std::int64_t>(at_most)}, [&](const SqlRow& row) {
                          if (row.integer(1) < before || std::ssize(ids) < too_many) ids.push_back(row.text(0));
                        }));
  return ids;
}

Status recount_labels(Database& writer, const std::string& source_id, const std::map<std::string, std::string>& after) {
  std::string before = "{}";
  OC_TRY(writer.execute("SELECT user_labels FROM sources WHERE source_id = ?1", {source_id},
                        [&](const SqlRow& row) { before = row.text(0); }));
  OC_TRY_ASSIGN(const auto labels, labels_of(before));
  OC_TRY(uncount(writer, labels));
  for (const auto& [name, value] : after)
    OC_TRY(writer.execute("INSERT INTO label_values VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET sources = sources + 1",
                          {name, value}));
  return {};
}

Result<std::vector<std::string>> read_label_values(Database& reader, const std::string& name) {
  std::vector<std::string> values;
  OC_TRY(reader.execute("SELECT value FROM label_values WHERE name = ?1", {name},
                        [&](const SqlRow& row) { values.push_back(row.text(0)); }));
  return values;
}

}  // namespace oc::control_plane
