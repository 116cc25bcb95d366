// An agent is named by its OpAMP instance_uid: 16 bytes on the wire, a UUID in lower case everywhere else.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace oc::contracts::opamp {

// `uid` must be 16 bytes; decoded messages see to that.
std::string uuid_from_uid(std::string_view uid);
Result<std::string> uid_from_uuid(std::string_view uuid);

}  // namespace oc::contracts::opamp
