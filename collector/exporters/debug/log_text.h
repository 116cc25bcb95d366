// A batch as people read it: what the `debug` exporter writes.
#pragma once

#include <string>

#include "collector/pipeline/batch.h"

namespace oc::collector {

// One line a record: its body, then its attributes as key=value.
std::string normal_text(const LogBatch& batch);
// Everything, a line for each field, in the official exporter's form.
std::string detailed_text(const LogBatch& batch);

}  // namespace oc::collector
