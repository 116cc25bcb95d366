// An immutable file of rows: stream by stream, in blocks (FORMAT.md, "Part"). A block holds many rows of one stream, or
// few rows each of several; a stream's rows in a block are a run, in order of time. Runs of a stream may overlap.
// Whoever writes or reads parts goes through PartWriter and Part, so the format can change behind its version number.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stores/logs/columns/block_reader.h"
#include "stores/logs/columns/block_writer.h"
#include "stores/logs/file_system.h"
#include "stores/logs/row_block.h"
#include "stores/logs/stream_registry.h"

namespace oc::stores {

struct PartRun;

struct PartBlock {
  std::uint64_t offset = 0;
  std::uint64_t compressed_bytes = 0;
  std::uint64_t raw_bytes = 0;  // columns: of lines and own metadata; rows: of the row block
  std::uint64_t checksum = 0;   // of the compressed bytes
  // Of the directory of a block of columns, which is its begin; 0: a block of rows (version 1).
  std::uint64_t directory_bytes = 0;
  std::uint64_t raw_directory_bytes = 0;
  std::uint64_t directory_checksum = 0;
  RowBounds bounds;  // of all its rows
  std::uint32_t first_run = 0, runs = 0;

  // What a run has of the compressed bytes, as if all text packed alike.
  std::uint64_t compressed_bytes_of(const PartRun& run) const;
};

// What a stream has in a block. There may be millions of them, so they are small.
struct PartRun {
  std::uint32_t stream = 0;  // index into the part's streams
  std::uint32_t first_row = 0, rows = 0;
  std::uint32_t raw_bytes = 0;  // of the block's
  Nanos first_ns = 0, last_ns = 0;

  RowBounds bounds() const { return {first_ns, last_ns, rows}; }
};

inline std::uint64_t PartBlock::compressed_bytes_of(const PartRun& run) const {
  return static_cast<std::uint64_t>(static_cast<double>(compressed_bytes) * run.raw_bytes /
                                    static_cast<double>(std::max<std::uint64_t>(raw_bytes, 1)));
}

struct PartIndex;

struct PartSummary {
  std::uint64_t file_bytes = 0;
  RowBounds bounds;
};

// begin_stream, add in order of (time, arrival), begin_stream … finish; copy at any time. Streams that follow each
// other share blocks where they have few rows, so they should come in order of their labels: alike ones pack well, and
// merges read blocks once. After an error the file is worthless.
class PartWriter {
 public:
  static Result<std::unique_ptr<PartWriter>> create(FileSystem& files, const std::filesystem::path& path,
                                                    std::size_t block_bytes);
  ~PartWriter();
  Status begin_stream(const query::Labels& labels);  // each label set once
  // The line must stay where it is until finish(), or be kept here.
  Status add(Nanos time_ns, std::uint64_t arrival, std::string_view line, Metadata shared, Metadata own);
  // A copy that stays for the row that is added next.
  std::string_view keep(std::string_view text) { return rows_.keep(text); }
  // Takes over a block of columns that holds rows of this stream only: `bytes` are what read_stored gave for it.
  Status copy(const PartBlock& block, std::string_view bytes);
  // Writes the index and syncs.
  Result<PartSummary> finish();

 private:
  PartWriter(std::unique_ptr<WritableFile> file, std::size_t block_bytes);
  std::uint32_t stream() const;  // that rows are added to
  std::size_t shared_block_bytes() const;
  Status write(std::string_view bytes);
  Status flush_block();
  Status add_block(PartBlock block, std::span<const PartRun> runs, std::string_view bytes);

  std::unique_ptr<WritableFile> file_;
  std::size_t block_bytes_;
  columns::BlockWriter rows_;
  std::vector<PartRun> runs_;  // of rows_
  std::unique_ptr<PartIndex> index_;
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
  const std::vector<PartBlock>& blocks() const { return blocks_; }
  const std::vector<PartRun>& runs() const { return runs_; }  // grouped by stream and by block
  std::span<const PartRun> runs_of(const PartBlock& block) const {
    return std::span(runs_).subspan(block.first_run, block.runs);
  }
  const PartBlock& block_of(const PartRun& run) const {  // the run is one of runs()
    const auto index = static_cast<std::uint32_t>(&run - runs_.data());
    return *std::prev(std::ranges::upper_bound(blocks_, index, {}, &PartBlock::first_run));
  }
  // A block of rows, decompressed (row_block.h, arrivals from 0). Here and below a permanent error means: damaged.
  Result<std::string> read_rows(const PartBlock& block) const;
  // A block of columns, read at once where most of its columns will be wanted, else a column when it is asked for. The
  // part must outlive the reader.
  enum class Reading { kWhole, kByColumn };
  Result<std::unique_ptr<columns::BlockReader>> open_columns(const PartBlock& block, Reading reading) const;
  // What reading does not need, but is not as it was written where the file is damaged.
  Status check_header() const;
  // For messages: the file and the block's place in it.
  std::string where(const PartBlock& block) const;
  // The block as it lies in the file.
  Result<std::string> read_stored(const PartBlock& block) const;

 private:
  Result<std::string> read_checked(std::uint64_t offset, std::uint64_t size, std::uint64_t expected) const;

  std::unique_ptr<ReadableFile> file_;
  std::filesystem::path path_;
  std::uint64_t id_ = 0;
  std::uint32_t version_ = 0;
  std::vector<StreamPtr> streams_;
  std::vector<PartBlock> blocks_;
  std::vector<PartRun> runs_;
};

}  // namespace oc::stores
