// A registered source as a row of the table `sources`, and back.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/sqlite.h"
#include "model/log_source.h"

namespace oc::control_plane {

// What source_of() reads, in its order; `last_seen` of an active source counts the agent's as well.
inline constexpr const char* kSourceFields =
    "SELECT sources.seq, registration_id, sources.agent_id, status, source, labels, registered_at_ns, "
    "CASE status WHEN 0 THEN max(sources.last_seen_ns, ifnull(agents.last_seen_ns, 0)) ELSE sources.last_seen_ns END, "
    "config_version, user_labels ";
inline const std::string kSourceColumns =
    std::string(kSourceFields) + "FROM sources LEFT JOIN agents ON agents.agent_id = sources.agent_id ";

Result<model::RegisteredLogSource> source_of(const SqlRow& row);
// A JSON object of texts.
Result<std::map<std::string, std::string>> labels_of(std::string_view text);
std::string service_name_of(const model::RegisteredLogSource& source);
// For INSERT INTO sources(source_id, registration_id, agent_id, status, log_path, service_name, source, labels,
// registered_at_ns, last_seen_ns, config_version, user_labels, source_type).
std::vector<SqlValue> row_of(const model::RegisteredLogSource& source);

}  // namespace oc::control_plane
