// What lies in a store's directory, and whether it is whole. Reads only: a backend may be running on it meanwhile,
// whose files may then come and go.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/logql/log_reader.h"
#include "stores/logs/file_system.h"
#include "stores/logs/row_block.h"

namespace oc::stores {

struct InspectedFile {
  std::string name;
  std::string kind;  // manifest, part, wal
  std::uint64_t bytes = 0;
  RowBounds bounds;
  std::uint64_t text_bytes = 0;       // of the rows' lines and own metadata, as far as known
  std::vector<std::string> problems;  // each with what is lost by it
};

struct InspectedStream {
  query::Labels labels;
  RowBounds bounds;
  std::uint64_t text_bytes = 0;
  std::uint64_t disk_bytes = 0;  // in parts
};

struct Inspection {
  std::vector<InspectedFile> files;
  std::vector<InspectedStream> streams;  // the largest first
  std::uint64_t remembered_files = 0;    // of the range memory
  std::size_t problems() const;
};

enum class Thoroughness {
  kIndexes,     // what manifest, parts' indexes and WAL frames say
  kEveryBlock,  // each block is read and decoded, each checksum checked
};

// `on_file` is called before each file, with how many there are: for progress. An error: there is no store, or it can't
// be read.
Result<Inspection> inspect_store(FileSystem& files, const std::filesystem::path& directory, Thoroughness thoroughness,
                                 const std::function<void(std::size_t done, std::size_t all)>& on_file);

}  // namespace oc::stores
