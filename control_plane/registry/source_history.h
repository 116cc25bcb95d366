// Rows beside a source's own: its history, and how many sources carry each value of a user label. Called by the
// repository within its transactions.
#pragma once

#include "base/sqlite.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

Status append_history(Database& writer, const std::vector<SourceChange>& changes);
Result<std::vector<SourceChange>> read_history(Database& reader, const std::string& source_id, std::size_t limit);
Status forget_history(Database& writer, const std::string& source_id);

// Since when sources are inactive or deleted: by this they are forgotten one day.
Status is_gone(Database& writer, const std::string& source_id, Nanos now);
Status is_back(Database& writer, const std::string& source_id);
// See SourceRepository::forget_gone().
Result<std::vector<std::string>> longest_gone(Database& reader, Nanos before, std::uint64_t kept,
                                              std::uint64_t at_most);

// Takes the labels that a source has in the database out of the count, and counts `after` instead.
Status recount_labels(Database& writer, const std::string& source_id, const std::map<std::string, std::string>& after);
Result<std::vector<std::string>> read_label_values(Database& reader, const std::string& name);

}  // namespace oc::control_plane
