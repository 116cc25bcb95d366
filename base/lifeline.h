// The inherited read end of the lifeline (see process.h). Private to base/.
#pragma once

namespace oc {

inline constexpr char kLifelineVariable[] = "ONECOLLECTOR_LIFELINE_FD";

// The descriptor named by ONECOLLECTOR_LIFELINE_FD if it is an open pipe; -1 otherwise.
int inherited_lifeline();

}  // namespace oc
