// An immutable file of rows: for each stream, blocks of rows in order of time (FORMAT.md, "Part"). Whoever writes or
// reads parts goes through PartWriter and Part, so the format can change behind its version number.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stores/logs/file_system.h"
#include "stores/logs/row_block.h"
#include "stores/logs/stream_registry.h"

namespace oc::stores {

struct PartBlock {
  std::uint32_t stream = 0;  // index into the part's streams
  std::uint64_t offset = 0;
  std::uint64_t compressed_bytes = 0;
  std::uint64_t raw_bytes = 0;
  std::uint64_t checksum = 0;  // of the compressed bytes
  RowBounds bounds;
};

struct PartSummary {
  std::uint64_t file_bytes = 0;
  RowBounds bounds;
};

// begin_stream, add in order of (time, arrival), begin_stream … finish. After an error the file is worthless.
class PartWriter {
 public:
  static Result<std::unique_ptr<PartWriter>> create(FileSystem& files, const std::filesystem::path& path,
                                                    std::size_t block_bytes);
  ~PartWriter();
  Status begin_stream(const query::Labels& labels);  // each label set once
  Status add(Nanos time_ns, std::uint64_t arrival, std::string_view line, Metadata shared, Metadata own);
  // Writes the index and syncs.
  Result<PartSummary> finish();

 private:
  struct Compressor;
  PartWriter(std::unique_ptr<WritableFile> file, std::size_t block_bytes);
  Status write(std::string_view bytes);
  Status flush_block();
  std::string encode_index() const;

  std::unique_ptr<WritableFile> file_;
  std::unique_ptr<Compressor> compressor_;
  std::size_t block_bytes_;
  RowBlockBuilder rows_;
  std::vector<query::Labels> streams_;
  std::vector<PartBlock> blocks_;
  PartSummary summary_;
};

// Thread-safe; keeps its file open, so it can be read after the file was removed.
class Part {
 public:
  // A damaged index is a permanent error; damaged blocks show when they are read.
  static Result<std::shared_ptr<const Part>> open(FileSystem& files, const std::filesystem::path& path,
                                                  std::uint64_t id, StreamRegistry& registry);
  std::uint64_t id() const { return id_; }
  const std::vector<StreamPtr>& streams() const { return streams_; }
  const std::vector<PartBlock>& blocks() const { return blocks_; }  // grouped by stream, then in order of time
  // The block's rows (row_block.h, arrivals from 0). A permanent error: damaged.
  Result<std::string> read_block(const PartBlock& block) const;

 private:
  Status decode_index(std::string_view bytes, StreamRegistry& registry);

  std::unique_ptr<ReadableFile> file_;
  std::filesystem::path path_;
  std::uint64_t id_ = 0;
  std::vector<StreamPtr> streams_;
  std::vector<PartBlock> blocks_;
};

}  // namespace oc::stores
