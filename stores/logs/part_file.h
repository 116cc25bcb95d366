// The life of a part's file while it is written: temporary, whole, in place.
#pragma once

#include <filesystem>
#include <functional>

#include "base/result.h"
#include "stores/logs/file_system.h"
#include "stores/logs/part.h"

namespace oc::stores {

// Writes `path`.tmp by `fill`, syncs, renames. After an error nothing is left behind.
Result<PartSummary> write_part_file(FileSystem& files, const std::filesystem::path& path, std::size_t block_bytes,
                                    const std::function<Status(PartWriter&)>& fill);

}  // namespace oc::stores
