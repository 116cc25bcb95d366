// ${env:NAME}, ${env:NAME:-default} and ${file:PATH} in the values of onecollector.yaml, so that secrets and whatever
// differs from machine to machine stay out of it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace oc::contracts {

// The default counts for an unset and for an empty variable. A file's path is absolute, the line break at its end is
// left out. "$${" stands for "${". What comes in is not looked through again.
Result<std::string> expand_references(std::string_view text);

}  // namespace oc::contracts
