// How the lines of a source become records, as its shape says: what a container runtime wrapped is taken out, pieces
// and lines that belong together are joined.
#pragma once

#include <vector>

#include "control_plane/config_builder/yaml_tree.h"
#include "model/log_source.h"

namespace oc::control_plane {

// Operators of file_log; none: every line is a record as it is.
std::vector<YamlTree> record_operators(const model::LogShape& shape);

// Operators of journald: the message becomes the body, the priority the severity, and what the semantic conventions
// have a name for an attribute; the entry's other fields are left.
std::vector<YamlTree> journal_operators();
// Before them, of a container: Podman's log driver leaves the line's end in the message.
YamlTree message_without_line_end();
// Takes out the entries that have this field, for an official collector: ours does not read them (`without`). They
// never become records of the receiver, so nobody counts them as missing.
YamlTree without_field(std::string_view field);

// Whether its file is one of frames: the receiver says `framing: docker_local`, which only the native collector knows.
bool is_docker_local(const model::LogShape& shape);

}  // namespace oc::control_plane
