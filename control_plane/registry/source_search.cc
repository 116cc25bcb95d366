#include "control_plane/registry/source_search.h"

#include <algorithm>

#include <fmt/format.h>

#include "control_plane/registry/source_rows.h"

namespace oc::control_plane {

namespace {

// A trigram index knows nothing of shorter texts; those are looked for row by row.
constexpr std::size_t kShortestIndexedText = 3;
// Totals above these are not counted out: at a million that alone would take longer than the page. Finding a match of a
// text takes longer than finding a row of an agent.
constexpr std::int64_t kCountedMatches = 1'000;
constexpr std::int64_t kCountedRows = 10'000;

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

// Only what is asked for is spelled out, so that each condition finds its index. SQL over ?1 status, ?2 agent, ?3 type.
std::string plain_condition(const SourceFilter& filter) {
  std::string condition = "?1 = ?1 AND ?2 = ?2 AND ?3 = ?3";
  if (filter.status) condition += " AND status = ?1";
  if (!filter.agent_id.empty()) condition += " AND sources.agent_id = ?2";
  if (filter.type) condition += " AND source_type = ?3";
  return condition;
}

std::vector<SqlValue> parameters_of(const SourceFilter& filter, const std::string& text, std::int64_t after,
                                    std::int64_t limit) {
  const auto type = filter.type ? std::string(model::to_string(*filter.type)) : std::string();
  return {status_number(filter), filter.agent_id, type, text, after, limit};
}

bool has_others(const SourceFilter& filter) { return filter.status || !filter.agent_id.empty() || filter.type; }

// Where the rows of a filter come from, as SQL with the places of parameters_of(): ?4 text, ?5 after, ?6 limit. Each
// gives them in the order of seq by itself: sorting a million rows for each page is what must not happen.
struct Rows {
  std::string from;
  std::string condition;
  std::string text;
};

Rows table_rows(const SourceFilter& filter) {
  std::string condition = "sources.seq > ?5 AND " + plain_condition(filter);
  condition += filter.text.empty() ? " AND ?4 = ''"
                                   : " AND (instr(source_id, lower(?4)) OR instr(lower(log_path), lower(?4)) OR "
                                     "instr(lower(service_name), lower(?4)))";
  return {"sources", std::move(condition), filter.text};
}

Rows chosen_rows(const SourceFilter& filter, const std::vector<std::int64_t>& seqs) {
  return {"json_each(?4) AS chosen CROSS JOIN sources ON sources.seq = chosen.value",
          "sources.seq > ?5 AND " + plain_condition(filter), Json(seqs).dump()};
}

// At most `most`.
Result<std::int64_t> count_of(Database& database, const SourceFilter& filter, const Rows& rows, std::int64_t most) {
  std::int64_t count = 0;
  OC_TRY(
      database.execute("SELECT count(*) FROM (SELECT 1 FROM " + rows.from + " WHERE " + rows.condition + " LIMIT ?6)",
                       parameters_of(filter, rows.text, 0, most), [&](const SqlRow& row) { count = row.integer(0); }));
  return count;
}

// Fills in the sources and where the next page begins.
Status read_page(Database& database, const SourceFilter& filter, const Rows& rows, std::int64_t after,
                 std::size_t limit, SourcePage& page) {
  std::int64_t last = 0;
  bool more = false;
  Status read;
  const auto sql = std::string(kSourceFields) + " FROM " + rows.from +
                   " LEFT JOIN agents ON agents.agent_id = sources.agent_id WHERE " + rows.condition +
                   " ORDER BY sources.seq LIMIT ?6";
  const auto parameters = parameters_of(filter, rows.text, after, static_cast<std::int64_t>(limit) + 1);
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

// A filter without text, or with one that is looked for row by row.
Result<SourcePage> search_table(Database& database, const SourceFilter& filter, std::int64_t after, std::size_t limit) {
  SourcePage page;
  OC_TRY(read_page(database, filter, table_rows(filter), after, limit, page));
  if (filter.text.empty() && filter.agent_id.empty()) {
    OC_TRY(database.execute(
        "SELECT ifnull(sum(sources), 0) FROM source_counts WHERE (?1 < 0 OR status = ?1) AND (?2 = '' OR source_type = "
        "?2)",
        {status_number(filter), std::string(filter.type ? model::to_string(*filter.type) : "")},
        [&](const SqlRow& row) { page.total = static_cast<std::uint64_t>(row.integer(0)); }));
    return page;
  }
  OC_TRY_ASSIGN(const auto count, count_of(database, filter, table_rows(filter), kCountedRows + 1));
  page.total = static_cast<std::uint64_t>(std::min(count, kCountedRows));
  page.total_is_exact = count <= kCountedRows;
  return page;
}

// What the other filters say of a match, asked of the index of each: narrow pages that stay in memory, where a row of
// the table is a page of its own. SQL as plain_condition().
std::string match_condition(const SourceFilter& filter) {
  const auto in_index = [](const char* index, const char* column) {
    return fmt::format(" AND EXISTS (SELECT 1 FROM sources INDEXED BY {} WHERE {} AND seq = source_text.rowid)", index,
                       column);
  };
  std::string condition = "?1 = ?1 AND ?2 = ?2 AND ?3 = ?3";
  if (filter.status) condition += in_index("sources_by_status", "status = ?1");
  if (!filter.agent_id.empty()) condition += in_index("sources_of_agent", "agent_id = ?2");
  if (filter.type) condition += in_index("sources_by_type", "source_type = ?3");
  return condition;
}

// The first `most` after `after` that have the text and pass the other filters.
Result<std::vector<std::int64_t>> first_matches(Database& database, const SourceFilter& filter, std::int64_t after,
                                                std::int64_t most) {
  std::vector<std::int64_t> seqs;
  OC_TRY(database.execute("SELECT rowid FROM source_text WHERE source_text MATCH ?4 AND rowid > ?5 AND " +
                              match_condition(filter) + " ORDER BY rowid LIMIT ?6",
                          parameters_of(filter, quoted_phrase(filter.text), after, most),
                          [&](const SqlRow& row) { seqs.push_back(row.integer(0)); }));
  return seqs;
}

// Finding the matches is the expensive part: it is done once, for the page and the total, unless there are many.
Result<SourcePage> search_text(Database& database, const SourceFilter& filter, std::int64_t after, std::size_t limit) {
  OC_TRY_ASSIGN(auto matches, first_matches(database, filter, 0, kCountedMatches + 1));
  SourcePage page;
  page.total_is_exact = std::ssize(matches) <= kCountedMatches;
  page.total = std::min(matches.size(), static_cast<std::size_t>(kCountedMatches));
  if (!page.total_is_exact) {
    OC_TRY_ASSIGN(matches, first_matches(database, filter, after, static_cast<std::int64_t>(limit) + 1));
  }
  OC_TRY(read_page(database, filter, chosen_rows(filter, matches), after, limit, page));
  page.total = std::max<std::uint64_t>(page.total, page.sources.size());
  return page;
}

// When the other filters leave no more than is counted, that is searched row by row: a text that nearly every row has
// says nothing.
Result<bool> is_small(Database& database, SourceFilter filter) {
  if (!has_others(filter)) return false;
  filter.text.clear();
  OC_TRY_ASSIGN(const auto left, count_of(database, filter, table_rows(filter), kCountedRows));
  return left < kCountedRows;
}

}  // namespace

Result<SourcePage> search_sources(Database& database, const SourceFilter& filter, std::int64_t after,
                                  std::size_t limit) {
  if (code_points(filter.text) < kShortestIndexedText) return search_table(database, filter, after, limit);
  OC_TRY_ASSIGN(const bool small, is_small(database, filter));
  return small ? search_table(database, filter, after, limit) : search_text(database, filter, after, limit);
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
