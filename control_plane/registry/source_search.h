// Filtered pages of the registry that stay quick at a million rows: keyset paging over the row number, a trigram index
// for text, counters kept by triggers for the total.
#pragma once

#include "base/sqlite.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

Result<SourcePage> search_sources(Database& database, const SourceFilter& filter, std::int64_t after,
                                  std::size_t limit);

// Keeps the trigram index in step with `sources` while a transaction writes rows.
class SourceTextIndex {
 public:
  explicit SourceTextIndex(Database& database) : database_(database) {}
  Status begin();                                                // before the first row
  Status before_save(const model::RegisteredLogSource& source);  // before each
  Status finish();                                               // after the last
  Status before_delete(const std::string& source_id);

 private:
  Database& database_;
  std::int64_t newest_before_ = 0;
  std::vector<std::string> changed_;
};

}  // namespace oc::control_plane
