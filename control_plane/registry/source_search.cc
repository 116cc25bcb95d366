#include "control_plane/registry/source_search.h"

#include <algorithm>

#include "control_plane/registry/source_rows.h"

namespace oc::control_plane {

namespace {

// A trigram index knows nothing of shorter texts; those are looked for row by row.
constexpr std::size_t kShortestIndexedText = 3;
// A total above this is not counted out: at a million matches that alone would take longer than the page.
constexpr std::int64_t kCountedMatches = 10'000;

std::string quoted_phrase(const std::string& text) {
  std::string phrase = "\"";
  for (const char letter : text) phrase += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return phrase + "\"";
}

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char byte) { return (byte & 0xc0) != 0x80; }));
}

std::int64_t status_number(const SourceFilter& filter) {
  if (!filter.status) return -1;
  return *filter.status == model::SourceStatus::kActive ? 0 : 1;
}

// How a filter is turned into SQL over ?1 status (-1: any), ?2 agent ('': any), ?3 type ('': any), ?4 text, ?5 after.
struct Search {
  std::string condition;
  std::string text;
  bool by_index = false;  // driven by the text index
};

// Only what is asked for is spelled out, so that each condition finds its index.
std::string plain_condition(const SourceFilter& filter) {
  std::string condition = "?1 = ?1 AND ?2 = ?2 AND ?3 = ?3";
  if (filter.status) condition += " AND status = ?1";
  if (!filter.agent_id.empty()) condition += " AND sources.agent_id = ?2";
  if (filter.type) condition += " AND source_type = ?3";
  return condition;
}

std::string text_condition(const SourceFilter& filter) {
  if (filter.text.empty()) return " AND ?4 = ''";
  return " AND (instr(source_id, lower(?4)) OR instr(lower(log_path), lower(?4)) OR instr(lower(service_name), "
         "lower(?4)))";
}

bool has_others(const SourceFilter& filter) { return filter.status || !filter.agent_id.empty() || filter.type; }

std::vector<SqlValue> parameters_of(const SourceFilter& filter, const std::string& text, std::int64_t after,
                                    std::int64_t limit) {
  return {status_number(filter),
          filter.agent_id,
          std::string(filter.type ? model::to_string(*filter.type) : ""),
          text,
          after,
          limit};
}

// At most `most` rows are looked at.
Result<std::int64_t> count_of(Database& database, const SourceFilter& filter, const Search& search, std::int64_t most) {
  // A text that nearly all rows have is looked at for its first matches only, whatever else is asked for.
  const std::string rows =
      search.by_index ? "(SELECT rowid AS match FROM source_text WHERE source_text MATCH ?4 AND rowid > ?5 LIMIT ?6) "
                        "CROSS JOIN sources ON sources.seq = match WHERE "
                      : "sources WHERE sources.seq > ?5 AND ";
  std::int64_t count = 0;
  OC_TRY(database.execute("SELECT count(*) FROM (SELECT 1 FROM " + rows + search.condition + " LIMIT ?6)",
                          parameters_of(filter, search.text, 0, most),
                          [&](const SqlRow& row) { count = row.integer(0); }));
  return count;
}

// The text index is walked unless what the other filters leave is little: then that is searched row by row, since a
// text that nearly every row has says nothing.
Result<Search> search_for(Database& database, const SourceFilter& filter) {
  const auto plain = plain_condition(filter);
  const Search row_by_row{plain + text_condition(filter), filter.text};
  if (filter.text.empty() || code_points(filter.text) < kShortestIndexedText) return row_by_row;
  if (has_others(filter)) {
    OC_TRY_ASSIGN(const auto left, count_of(database, filter, {plain + " AND ?4 = ''", ""}, kCountedMatches));
    if (left < kCountedMatches) return row_by_row;
  }
  return Search{plain, quoted_phrase(filter.text), true};
}

// The walk goes by seq whatever the condition is: sorting a million rows for each page is what must not happen.
std::string page_sql(const Search& search) {
  if (search.by_index)
    return std::string(kSourceFields) +
           " FROM source_text CROSS JOIN sources ON sources.seq = source_text.rowid LEFT JOIN agents ON "
           "agents.agent_id = sources.agent_id WHERE source_text MATCH ?4 AND source_text.rowid > ?5 AND " +
           search.condition + " ORDER BY source_text.rowid LIMIT ?6";
  return kSourceColumns + ("WHERE sources.seq > ?5 AND " + search.condition) + " ORDER BY sources.seq LIMIT ?6";
}

Status read_total(Database& database, const SourceFilter& filter, const Search& search, SourcePage& page) {
  if (filter.text.empty() && filter.agent_id.empty())
    return database.execute(
        "SELECT ifnull(sum(sources), 0) FROM source_counts WHERE (?1 < 0 OR status = ?1) AND (?2 = '' OR source_type = "
        "?2)",
        {status_number(filter), std::string(filter.type ? model::to_string(*filter.type) : "")},
        [&](const SqlRow& row) { page.total = static_cast<std::uint64_t>(row.integer(0)); });
  OC_TRY_ASSIGN(const auto count, count_of(database, filter, search, kCountedMatches + 1));
  page.total = static_cast<std::uint64_t>(std::min(count, kCountedMatches));
  page.total_is_exact = count <= kCountedMatches;
  if (!search.by_index || !has_others(filter)) return {};
  // Some of the matches looked at may have failed the other filters: were all looked at?
  OC_TRY_ASSIGN(const auto matches,
                count_of(database, {}, {plain_condition({}), search.text, true}, kCountedMatches + 1));
  page.total_is_exact = matches <= kCountedMatches;
  page.total = std::max<std::uint64_t>(page.total, page.sources.size());
  return {};
}

// Fills in the sources and where the next page begins.
Status read_page(Database& database, const std::string& sql, const std::vector<SqlValue>& parameters, std::size_t limit,
                 SourcePage& page) {
  std::int64_t last = 0;
  bool more = false;
  Status read;
  OC_TRY(database.execute(sql, parameters, [&](const SqlRow& row) {
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
  if (more) page.next = last;
  return read;
}

}  // namespace

Result<SourcePage> search_sources(Database& database, const SourceFilter& filter, std::int64_t after,
                                  std::size_t limit) {
  OC_TRY_ASSIGN(const auto search, search_for(database, filter));
  SourcePage page;
  const auto parameters = parameters_of(filter, search.text, after, static_cast<std::int64_t>(limit) + 1);
  OC_TRY(read_page(database, page_sql(search), parameters, limit, page));
  page.total = page.sources.size();
  const bool is_all = after == 0 && !page.next;
  if (!is_all) OC_TRY(read_total(database, filter, search, page));
  return page;
}

Status SourceTextIndex::begin() {
  return database_.execute("SELECT ifnull(max(seq), 0) FROM sources", {},
                           [this](const SqlRow& row) { newest_before_ = row.integer(0); });
}

// A row that changes twice, or that is new itself, has nothing more in the index.
Status SourceTextIndex::note(const std::string& condition, const std::vector<SqlValue>& parameters) {
  return database_.execute("SELECT seq, source_id, log_path, service_name FROM sources " + condition, parameters,
                           [this](const SqlRow& row) {
                             if (row.integer(0) > *newest_before_) return;
                             stale_.try_emplace(row.integer(0), Indexed{row.text(1), row.text(2), row.text(3)});
                           });
}

Status SourceTextIndex::before_save(const model::RegisteredLogSource& source) {
  return note("WHERE source_id = ?1 AND (log_path <> ?2 OR service_name <> ?3)",
              {source.source.source_id, source.source.log_path, service_name_of(source)});
}

Status SourceTextIndex::before_delete(const std::string& source_id) {
  return note("WHERE source_id = ?1", {source_id});
}

Status SourceTextIndex::finish() {
  if (!newest_before_) return {};
  constexpr const char* kAdd =
      "INSERT INTO source_text(rowid, source_id, log_path, service_name) "
      "SELECT seq, source_id, log_path, service_name FROM sources ";
  for (const auto& [seq, was] : stale_) {
    OC_TRY(
        database_.execute("INSERT INTO source_text(source_text, rowid, source_id, log_path, service_name) "
                          "VALUES ('delete', ?1, ?2, ?3, ?4)",
                          {seq, was.source_id, was.log_path, was.service_name}));
    OC_TRY(database_.execute(std::string(kAdd) + "WHERE seq = ?1", {seq}));  // none, if it was deleted
  }
  return database_.execute(std::string(kAdd) + "WHERE seq > ?1", {*newest_before_});
}

}  // namespace oc::control_plane
