#include "stores/logs/part_file.h"

#include "base/log.h"

namespace oc::stores {

namespace fs = std::filesystem;

namespace {

Result<PartSummary> write_whole(FileSystem& files, const fs::path& temporary, const fs::path& path,
                                std::size_t block_bytes, const std::function<Status(PartWriter&)>& fill) {
  OC_TRY_ASSIGN(auto writer, PartWriter::create(files, temporary, block_bytes));
  OC_TRY(fill(*writer));
  OC_TRY_ASSIGN(const PartSummary summary, writer->finish());
  OC_TRY(files.rename(temporary, path));
  OC_TRY(files.sync_directory(path.parent_path()));
  return summary;
}

}  // namespace

Result<PartSummary> write_part_file(FileSystem& files, const fs::path& path, std::size_t block_bytes,
                                    const std::function<Status(PartWriter&)>& fill) {
  const fs::path temporary = path.string() + ".tmp";
  auto summary = write_whole(files, temporary, path, block_bytes, fill);
  if (!summary)
    if (auto removed = files.remove(temporary); !removed) log::warn("left behind: {}", removed.error().text());
  return summary;
}

}  // namespace oc::stores
