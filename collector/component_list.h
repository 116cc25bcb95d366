// All components this collector has.
#pragma once

#include "collector/pipeline/factory.h"

namespace oc::collector {

// An error means that two components claim one name.
Result<ComponentList> component_list();

}  // namespace oc::collector
