#include "control_plane/registry/policy_schema.h"

namespace oc::control_plane {

// The hash is stable_hash("").
const std::string_view kPolicySchema = R"sql(
CREATE TABLE policies(
  version INTEGER PRIMARY KEY AUTOINCREMENT,
  parent INTEGER NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  overlay TEXT NOT NULL,
  overlay_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  created_at_ns INTEGER NOT NULL,
  state INTEGER NOT NULL,
  broken_reason TEXT NOT NULL DEFAULT '',
  promotion INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX one_current_policy ON policies(state) WHERE state = 1;
INSERT INTO policies VALUES (
  1, 0, 'e3b0c44298fc1c149afbf4c8996fb924', '', '', 'no overlay', 'onecollector', 0, 1, '', 1);
ALTER TABLE configs ADD COLUMN policy_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE configs ADD COLUMN quarantined TEXT NOT NULL DEFAULT '{}';
ALTER TABLE configs ADD COLUMN endpoints TEXT NOT NULL DEFAULT '[]';
ALTER TABLE configs ADD COLUMN reread TEXT NOT NULL DEFAULT '[]';
)sql";

}  // namespace oc::control_plane
