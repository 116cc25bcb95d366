#include <algorithm>

#include "stores/logs/append_record.h"
#include "stores/logs/encoding.h"
#include "stores/logs/part.h"
#include "stores/logs/part_format.h"

namespace oc::stores {

PartWriter::PartWriter(std::unique_ptr<WritableFile> file, std::size_t block_bytes)
    : file_(std::move(file)), block_bytes_(block_bytes) {}

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
  OC_TRY(flush_block());
  streams_.push_back(labels);
  return {};
}

Status PartWriter::add(Nanos time_ns, std::uint64_t arrival, std::string_view line, Metadata shared, Metadata own) {
  rows_.add(time_ns, arrival, line, shared, own);
  return rows_.size_bytes() >= block_bytes_ ? flush_block() : Status();
}

Status PartWriter::flush_block() {
  if (rows_.empty()) return {};
  const columns::BlockWriter::Block block = rows_.finish();
  const std::string_view bytes(block.written.bytes);
  return add_block({.compressed_bytes = bytes.size(),
                    .raw_bytes = block.text_bytes,
                    .checksum = checksum(bytes),
                    .directory_bytes = block.written.directory_bytes,
                    .raw_directory_bytes = block.written.raw_directory_bytes,
                    .directory_checksum = checksum(bytes.substr(0, block.written.directory_bytes)),
                    .bounds = block.bounds},
                   bytes);
}

Status PartWriter::add_block(PartBlock block, std::string_view bytes) {
  block.stream = static_cast<std::uint32_t>(streams_.size() - 1);
  block.offset = summary_.file_bytes;
  blocks_.push_back(block);
  return write(bytes);
}

Status PartWriter::copy(const PartBlock& block, std::string_view bytes) { return add_block(block, bytes); }

std::string PartWriter::encode_index() const {
  std::string index;
  put_varint(index, streams_.size());
  for (const query::Labels& labels : streams_) encode(labels, index);
  put_varint(index, blocks_.size());
  for (const PartBlock& block : blocks_) {
    put_varint(index, block.stream);
    put_varint(index, block.offset);
    put_varint(index, block.compressed_bytes);
    put_varint(index, block.raw_bytes);
    put_fixed(index, block.checksum);
    put_varint(index, block.directory_bytes);
    put_varint(index, block.raw_directory_bytes);
    put_fixed(index, block.directory_checksum);
    put_varint(index, block.bounds.rows);
    put_varint(index, zigzag(block.bounds.first_ns));
    put_varint(index, zigzag(block.bounds.last_ns));
  }
  return index;
}

Result<PartSummary> PartWriter::finish() {
  OC_TRY(flush_block());
  std::string index = encode_index();
  std::string trailer;
  put_fixed<std::uint64_t>(trailer, summary_.file_bytes);
  put_fixed<std::uint64_t>(trailer, index.size());
  put_fixed(trailer, checksum(index));
  put_fixed(trailer, part_format::kVersion);
  trailer.append(part_format::kMagic);
  OC_TRY(write(index));
  OC_TRY(write(trailer));
  OC_TRY(file_->sync());
  for (const PartBlock& block : blocks_) {
    RowBounds& all = summary_.bounds;
    all.first_ns = all.rows == 0 ? block.bounds.first_ns : std::min(all.first_ns, block.bounds.first_ns);
    all.last_ns = all.rows == 0 ? block.bounds.last_ns : std::max(all.last_ns, block.bounds.last_ns);
    all.rows += block.bounds.rows;
  }
  return summary_;
}

}  // namespace oc::stores
