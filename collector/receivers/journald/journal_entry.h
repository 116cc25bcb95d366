// A journal's entry as a record: the body is the map of its fields, as the official collector gives it.
#pragma once

#include "base/arena.h"
#include "base/journal/journal.h"
#include "contracts/otlp/log_writer.h"

namespace oc::collector {

// Of the present entry. `attributes` are shared by all records; everything else lies in the arena. A field that is no
// UTF-8 is a list of its bytes, as journalctl prints it; a MESSAGE becomes text where `convert_message_bytes` says so.
contracts::otlp::LogFields entry_fields(const Journal& journal, const std::string& cursor,
                                        const contracts::otlp::Value& attributes, bool convert_message_bytes,
                                        Arena& arena);

}  // namespace oc::collector
