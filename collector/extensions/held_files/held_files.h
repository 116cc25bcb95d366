// The `held_files` extension, ours alone: files are held open from the moment they appear until file_log receivers read
// them, so that what is deleted at once can be read all the same. Keys: include (patterns as of file_log).
#pragma once

#include "collector/pipeline/factory.h"

namespace oc::collector {

ExtensionFactory held_files_factory();

}  // namespace oc::collector
