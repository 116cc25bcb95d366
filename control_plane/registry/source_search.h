// Filtered pages of the registry that stay quick at a million rows: keyset paging over the row number, a trigram index
// for text, counters kept by triggers for the total.
#pragma once

#include <map>
#include <optional>

#include "base/sqlite.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

Result<SourcePage> search_sources(Database& database, const SourceFilter& filter, std::int64_t after,
                                  std::size_t limit);

// Keeps the trigram index in step with `sources` while a transaction writes rows. The index itself is written by
// finish() alone, at the transaction's end: once it is open, each further statement's savepoint makes it write out its
// buffer.
class SourceTextIndex {
 public:
  explicit SourceTextIndex(Database& database) : database_(database) {}
  Status begin();                                                // before the first row
  Status before_save(const model::RegisteredLogSource& source);  // before each
  Status before_delete(const std::string& source_id);
  Status finish();  // nothing where nothing began

 private:
  struct Indexed {
    std::string source_id, log_path, service_name;
  };
  Status note(const std::string& condition, const std::vector<SqlValue>& parameters);

  Database& database_;
  std::optional<std::int64_t> newest_before_;
  std::map<std::int64_t, Indexed> stale_;  // by seq; what the index holds of rows that change
};

}  // namespace oc::control_plane
