#include "control_plane/registry/source_search.h"

#include "control_plane/registry/source_rows.h"

namespace oc::control_plane {

namespace {

// A trigram index knows nothing of shorter texts; those are looked for row by row.
constexpr std::size_t kShortestIndexedText = 3;

std::string quoted_phrase(const std::string& text) {
  std::string phrase = "\"";
  for (const char letter : text) phrase += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return phrase + "\"";
}

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char byte) { return (byte & 0xc0) != 0x80; }));
}

// SQL over ?1 status (-1: any), ?2 text, ?3 after, ?4 limit.
struct Search {
  std::string condition;  // of a page, behind kSourceColumns
  std::string count;
  std::string text;
};

Search plain_search() {
  return {"WHERE (?1 < 0 OR status = ?1) AND ?2 = '' AND seq > ?3 ORDER BY seq LIMIT ?4",
          "SELECT sum(sources) FROM source_counts WHERE (?1 < 0 OR status = ?1) AND ?2 = ''", ""};
}

Search status_search() {
  // Spelled without OR, so that the index on status is walked.
  return {"WHERE status = ?1 AND ?2 = '' AND seq > ?3 ORDER BY seq LIMIT ?4", plain_search().count, ""};
}

Search indexed_search(const std::string& text, bool any_status) {
  const std::string matches = "seq IN (SELECT rowid FROM source_text WHERE source_text MATCH ?2";
  Search search;
  search.condition = "WHERE (?1 < 0 OR status = ?1) AND " + matches + " AND rowid > ?3 ORDER BY rowid" +
                     (any_status ? " LIMIT ?4" : "") + ") ORDER BY seq LIMIT ?4";
  search.count = any_status ? "SELECT count(*) FROM source_text WHERE source_text MATCH ?2 AND ?1 < 0"
                            : "SELECT count(*) FROM sources WHERE status = ?1 AND " + matches + ")";
  search.text = quoted_phrase(text);
  return search;
}

Search scanning_search(const std::string& text) {
  const std::string matches =
      "(?1 < 0 OR status = ?1) AND (instr(source_id, lower(?2)) OR instr(lower(log_path), lower(?2)) OR "
      "instr(lower(service_name), lower(?2)))";
  return {"WHERE " + matches + " AND seq > ?3 ORDER BY seq LIMIT ?4", "SELECT count(*) FROM sources WHERE " + matches,
          text};
}

Search search_for(const SourceFilter& filter) {
  if (filter.text.empty()) return filter.status ? status_search() : plain_search();
  if (code_points(filter.text) < kShortestIndexedText) return scanning_search(filter.text);
  return indexed_search(filter.text, !filter.status);
}

std::int64_t status_number(const SourceFilter& filter) {
  if (!filter.status) return -1;
  return *filter.status == model::SourceStatus::kActive ? 0 : 1;
}

}  // namespace

Result<SourcePage> search_sources(Database& database, const SourceFilter& filter, std::int64_t after,
                                  std::size_t limit) {
  const auto search = search_for(filter);
  SourcePage page;
  std::int64_t last = 0;
  bool more = false;
  Status read;
  OC_TRY(database.execute(kSourceColumns + search.condition,
                          {status_number(filter), search.text, after, static_cast<std::int64_t>(limit) + 1},
                          [&](const SqlRow& row) {
                            if (page.sources.size() == limit) {
                              more = true;
                              return;
                            }
                            last = row.integer(0);
                            auto source = source_of(row);
                            if (source)
                              page.sources.push_back(std::move(*source));
                            else
                              read = in_context(std::move(source).error(), "control-plane.db, table sources");
                          }));
  OC_TRY(read);
  if (more) page.next = last;
  OC_TRY(database.execute(search.count, {status_number(filter), search.text},
                          [&](const SqlRow& row) { page.total = static_cast<std::uint64_t>(row.integer(0)); }));
  return page;
}

Status SourceTextIndex::begin() {
  return database_.execute("SELECT ifnull(max(seq), 0) FROM sources", {},
                           [this](const SqlRow& row) { newest_before_ = row.integer(0); });
}

Status SourceTextIndex::before_save(const model::RegisteredLogSource& source) {
  OC_TRY(
      database_.execute("INSERT INTO source_text(source_text, rowid, source_id, log_path, service_name) "
                        "SELECT 'delete', seq, source_id, log_path, service_name FROM sources "
                        "WHERE source_id = ?1 AND (log_path <> ?2 OR service_name <> ?3)",
                        {source.source.source_id, source.source.log_path, service_name_of(source)}));
  if (database_.changes() > 0) changed_.push_back(source.source.source_id);
  return {};
}

Status SourceTextIndex::finish() {
  constexpr const char* kAdd =
      "INSERT INTO source_text(rowid, source_id, log_path, service_name) "
      "SELECT seq, source_id, log_path, service_name FROM sources ";
  for (const auto& id : changed_) OC_TRY(database_.execute(std::string(kAdd) + "WHERE source_id = ?1", {id}));
  return database_.execute(std::string(kAdd) + "WHERE seq > ?1", {newest_before_});
}

}  // namespace oc::control_plane
