// What a change of the registry tells: lines of the source's history and events of the catalogue (docs/events.md).
// Never text of a log.
#pragma once

#include <string>

#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

// Who changed something, as history shows it.
std::string agent_author(const std::string& agent_id);
inline constexpr const char* kOwnAuthor = "onecollector";  // the control plane by itself

void tell_registered(SourceNews& news, const model::RegisteredLogSource& source, const std::string& author, Nanos now);
// What differs between the two decides: it became active, inactive, or was updated.
void tell_updated(SourceNews& news, const model::RegisteredLogSource& before, const model::RegisteredLogSource& after,
                  const std::string& author, Nanos now);
void tell_inactive(SourceNews& news, const model::RegisteredLogSource& source, const std::string& reason,
                   const std::string& author, Nanos now);
void tell_labels(SourceNews& news, const model::RegisteredLogSource& before, const model::RegisteredLogSource& after,
                 const std::string& author, Nanos now);
void tell_deleted(SourceNews& news, const model::RegisteredLogSource& source, const std::string& author, Nanos now);

}  // namespace oc::control_plane
