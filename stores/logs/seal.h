// A full head becomes a part.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "stores/logs/file_system.h"
#include "stores/logs/head.h"
#include "stores/logs/part.h"

namespace oc::stores {

Result<PartSummary> write_head_as_part(FileSystem& files, const std::filesystem::path& path, const Head& head,
                                       std::size_t block_bytes);

}  // namespace oc::stores
