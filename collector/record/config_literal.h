// Values written in a config, with the types YAML gives them.
#pragma once

#include "collector/pipeline/config_value.h"
#include "collector/record/log_record.h"

namespace oc::collector {

// Plain scalars are numbers, true, false, null or dates where they look like it; quoted ones are texts. Everything is
// copied to the arena.
Value literal(const ConfigValue& value, Arena& arena);

}  // namespace oc::collector
