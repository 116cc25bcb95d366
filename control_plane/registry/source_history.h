// Rows beside a source's own: its history, and how many sources carry each value of a user label. Called by the
// repository within its transactions.
#pragma once

#include "base/sqlite.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

Status append_history(Database& writer, const std::vector<SourceChange>& changes);
Result<std::vector<SourceChange>> read_history(Database& reader, const std::string& source_id, std::size_t limit);

// Takes the labels that a source has in the database out of the count, and counts `after` instead.
Status recount_labels(Database& writer, const std::string& source_id, const std::map<std::string, std::string>& after);
Result<std::vector<std::string>> read_label_values(Database& reader, const std::string& name);

}  // namespace oc::control_plane
