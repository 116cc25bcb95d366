#include <algorithm>

#include "stores/logs/encoded_labels.h"
#include "stores/logs/part.h"
#include "stores/logs/part_format.h"
#include "stores/logs/part_index.h"

namespace oc::stores {

namespace {
constexpr std::size_t kBlocksPerShared = 8;
}  // namespace

PartWriter::PartWriter(std::unique_ptr<WritableFile> file, std::size_t block_bytes)
    : file_(std::move(file)), block_bytes_(block_bytes), index_(std::make_unique<PartIndex>()) {}

PartWriter::~PartWriter() = default;

std::uint32_t PartWriter::stream() const { return static_cast<std::uint32_t>(index_->streams - 1); }

// Whoever wants one stream of a shared block reads the columns of all of them, so these are small.
std::size_t PartWriter::shared_block_bytes() const { return block_bytes_ / kBlocksPerShared; }

Result<std::unique_ptr<PartWriter>> PartWriter::create(FileSystem& files, const std::filesystem::path& path,
                                                       std::size_t block_bytes) {
  OC_TRY_ASSIGN(auto file, files.create(path));
  std::unique_ptr<PartWriter> writer(new PartWriter(std::move(file), block_bytes));
  std::string header(part_format::kMagic);
  put_fixed(header, part_format::kVersion);
  put_fixed<std::uint32_t>(header, 0);
  OC_TRY(writer->write(header));
  return writer;
}

Status PartWriter::write(std::string_view bytes) {
  OC_TRY(file_->append(std::span(&bytes, 1)));
  summary_.file_bytes += bytes.size();
  return {};
}

Status PartWriter::begin_stream(const query::Labels& labels) {
  if (rows_.size_bytes() >= shared_block_bytes()) OC_TRY(flush_block());
  encode_labels(labels, index_->labels);
  ++index_->streams;
  return {};
}

Status PartWriter::add(Nanos time_ns, std::uint64_t arrival, std::string_view line, Metadata shared, Metadata own) {
  if (runs_.empty() || runs_.back().stream != stream())
    runs_.push_back({.stream = stream(),
                     .first_row = static_cast<std::uint32_t>(rows_.bounds().rows),
                     .first_ns = time_ns,
                     .last_ns = time_ns});
  PartRun& run = runs_.back();
  ++run.rows;
  run.last_ns = time_ns;
  const std::uint64_t before = rows_.text_bytes();
  rows_.add(time_ns, arrival, line, shared, own);
  run.raw_bytes += static_cast<std::uint32_t>(rows_.text_bytes() - before);
  return rows_.size_bytes() >= (runs_.size() == 1 ? block_bytes_ : shared_block_bytes()) ? flush_block() : Status();
}

Status PartWriter::flush_block() {
  if (rows_.empty()) return {};
  const columns::BlockWriter::Block block = rows_.finish();
  const std::string_view bytes(block.written.bytes);
  const std::vector<PartRun> runs = std::exchange(runs_, {});
  return add_block({.compressed_bytes = bytes.size(),
                    .raw_bytes = block.text_bytes,
                    .checksum = checksum(bytes),
                    .directory_bytes = block.written.directory_bytes,
                    .raw_directory_bytes = block.written.raw_directory_bytes,
                    .directory_checksum = checksum(bytes.substr(0, block.written.directory_bytes)),
                    .bounds = block.bounds},
                   runs, bytes);
}

Status PartWriter::add_block(PartBlock block, std::span<const PartRun> runs, std::string_view bytes) {
  block.offset = summary_.file_bytes;
  block.first_run = static_cast<std::uint32_t>(index_->runs.size());
  block.runs = static_cast<std::uint32_t>(runs.size());
  index_->runs.insert(index_->runs.end(), runs.begin(), runs.end());
  index_->blocks.push_back(block);
  return write(bytes);
}

Status PartWriter::copy(const PartBlock& block, std::string_view bytes) {
  OC_TRY(flush_block());  // of streams before: runs are grouped by stream
  const PartRun run{.stream = stream(),
                    .rows = static_cast<std::uint32_t>(block.bounds.rows),
                    .raw_bytes = static_cast<std::uint32_t>(block.raw_bytes),
                    .first_ns = block.bounds.first_ns,
                    .last_ns = block.bounds.last_ns};
  return add_block(block, {&run, 1}, bytes);
}

Result<PartSummary> PartWriter::finish() {
  OC_TRY(flush_block());
  const std::string index = encode_index(*index_);
  std::string trailer;
  put_fixed<std::uint64_t>(trailer, summary_.file_bytes);
  put_fixed<std::uint64_t>(trailer, index.size());
  put_fixed(trailer, checksum(index));
  put_fixed(trailer, part_format::kVersion);
  trailer.append(part_format::kMagic);
  OC_TRY(write(index));
  OC_TRY(write(trailer));
  OC_TRY(file_->sync());
  for (const PartBlock& block : index_->blocks) {
    RowBounds& all = summary_.bounds;
    all.first_ns = all.rows == 0 ? block.bounds.first_ns : std::min(all.first_ns, block.bounds.first_ns);
    all.last_ns = all.rows == 0 ? block.bounds.last_ns : std::max(all.last_ns, block.bounds.last_ns);
    all.rows += block.bounds.rows;
  }
  return summary_;
}

}  // namespace oc::stores
