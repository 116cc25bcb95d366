// Small parts become a larger one, so that the number of parts stays logarithmic.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "stores/logs/file_system.h"
#include "stores/logs/manifest.h"
#include "stores/logs/part.h"
#include "stores/logs/row_removal.h"

namespace oc::stores {

// The ids of parts to merge next, of about equal size and neighbours in time; empty: none.
std::vector<std::uint64_t> choose_merge(std::span<const PartEntry> parts);

// Writes all rows of `parts`, opened with one registry, to a new file. A permanent error: a block is damaged, so its
// part must stay as it is. Retryable: stopped, or the disk refuses. Memory: one block of each part. With a `removal`,
// without the rows it removes.
Result<PartSummary> merge_parts(FileSystem& files, const std::filesystem::path& path,
                                std::span<const std::shared_ptr<const Part>> parts, std::size_t block_bytes,
                                std::stop_token stop, const RowRemoval* removal = nullptr);

}  // namespace oc::stores
