#include "stores/logs/part_index.h"

#include <algorithm>
#include <limits>

#include <zstd.h>

#include "stores/logs/columns/stretch.h"
#include "stores/logs/encoded_labels.h"
#include "stores/logs/part_format.h"

namespace oc::stores {

namespace {

constexpr std::size_t kSmallestBlock = 13;  // five varints and a checksum
constexpr std::size_t kSmallestRun = 4;
constexpr int kLevel = 3;

void encode_run(const PartRun& run, const PartRun& before, bool shares_block, std::string& out) {
  put_varint(out, run.stream - before.stream);
  put_varint(out, run.rows);
  if (shares_block) put_varint(out, run.raw_bytes);
  // Times may be as far apart as 64 bits go.
  const auto first = static_cast<std::uint64_t>(run.first_ns);
  put_varint(out, zigzag(static_cast<std::int64_t>(first - static_cast<std::uint64_t>(before.first_ns))));
  put_varint(out, static_cast<std::uint64_t>(run.last_ns) - first);
}

std::uint32_t in_32_bits(std::uint64_t number) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(number, std::numeric_limits<std::uint32_t>::max()));
}

PartRun decode_run(ByteReader& in, const PartRun& before, bool has_bytes) {
  PartRun run;
  const std::uint64_t stream = before.stream + in.varint(), rows = in.varint();
  run.stream = in_32_bits(stream);
  if (has_bytes) run.raw_bytes = in_32_bits(in.varint());
  run.rows = static_cast<std::uint32_t>(std::min(rows, part_format::kMaxRawBlockBytes));
  const auto first = static_cast<std::uint64_t>(before.first_ns) + static_cast<std::uint64_t>(in.signed_varint());
  run.first_ns = static_cast<Nanos>(first);
  run.last_ns = static_cast<Nanos>(first + in.varint());
  return run;
}

PartBlock decode_place(ByteReader& in, bool has_directory) {
  PartBlock block;
  block.offset = in.varint();
  block.compressed_bytes = in.varint();
  block.raw_bytes = in.varint();
  block.checksum = in.fixed<std::uint64_t>();
  if (!has_directory) return block;
  block.directory_bytes = in.varint();
  block.raw_directory_bytes = in.varint();
  block.directory_checksum = in.fixed<std::uint64_t>();
  return block;
}

class IndexDecoder {
 public:
  IndexDecoder(std::string_view bytes, std::uint32_t version) : in_(bytes), version_(version) {}

  Result<PartIndex> decode() {
    index_.streams = in_.count();
    const std::string_view labels = in_.rest();
    for (std::uint64_t i = 0; i < index_.streams && in_.ok(); ++i) read_labels(in_);
    index_.labels = labels.substr(0, labels.size() - in_.rest().size());
    const std::uint64_t blocks = in_.count(kSmallestBlock);
    index_.blocks.reserve(blocks);
    for (std::uint64_t i = 0; i < blocks && in_.ok(); ++i)
      if (!(version_ < part_format::kRunsVersion ? block_of_one_stream() : block_of_runs()))
        return permanent("its index is inconsistent");
    if (!in_.ok() || !in_.at_end()) return permanent("its index is malformed");
    index_.runs.shrink_to_fit();  // they stay as long as the part is open
    return std::move(index_);
  }

 private:
  bool block_of_one_stream() {
    PartRun run;
    run.stream = static_cast<std::uint32_t>(in_.varint());
    PartBlock block = decode_place(in_, version_ != part_format::kRowsVersion);
    run.rows = static_cast<std::uint32_t>(std::min(in_.varint(), part_format::kMaxRawBlockBytes));
    run.first_ns = in_.signed_varint();
    run.last_ns = in_.signed_varint();
    run.raw_bytes = in_32_bits(block.raw_bytes);
    return add(block, run) && end_block(block);
  }

  bool block_of_runs() {
    PartBlock block = decode_place(in_, true);
    const std::uint64_t runs = in_.count(kSmallestRun);
    const bool have_bytes = runs > 1 && version_ >= part_format::kBytesOfRunsVersion;
    for (std::uint64_t i = 0; i < runs; ++i) {
      last_ = decode_run(in_, last_, have_bytes);
      if (!add(block, last_)) return false;
    }
    if (runs > 0 && !have_bytes) share_bytes(block);
    return runs > 0 && end_block(block);
  }

  // As if all rows were of one size.
  void share_bytes(const PartBlock& block) {
    const double rows = static_cast<double>(std::max<std::uint64_t>(block.bounds.rows, 1));
    for (PartRun& run : std::span(index_.runs).last(block.runs))
      run.raw_bytes = in_32_bits(static_cast<std::uint64_t>(static_cast<double>(block.raw_bytes) * run.rows / rows));
  }

  bool add(PartBlock& block, PartRun run) {
    RowBounds& all = block.bounds;
    run.first_row = static_cast<std::uint32_t>(all.rows);
    all.first_ns = all.rows == 0 ? run.first_ns : std::min(all.first_ns, run.first_ns);
    all.last_ns = all.rows == 0 ? run.last_ns : std::max(all.last_ns, run.last_ns);
    all.rows += run.rows;
    index_.runs.push_back(run);
    ++block.runs;
    return run.stream < index_.streams && all.rows <= part_format::kMaxRawBlockBytes;
  }

  bool end_block(PartBlock& block) {
    block.first_run = static_cast<std::uint32_t>(index_.runs.size()) - block.runs;
    index_.blocks.push_back(block);
    const bool has_directory = block.directory_bytes != 0 && block.directory_bytes <= block.compressed_bytes;
    return has_directory || version_ == part_format::kRowsVersion;
  }

  ByteReader in_;
  const std::uint32_t version_;
  PartIndex index_;
  PartRun last_;
};

}  // namespace

std::string encode_index(const PartIndex& index) {
  std::string raw;
  put_varint(raw, index.streams);
  raw.append(index.labels);
  put_varint(raw, index.blocks.size());
  PartRun before;
  for (const PartBlock& block : index.blocks) {
    put_varint(raw, block.offset);
    put_varint(raw, block.compressed_bytes);
    put_varint(raw, block.raw_bytes);
    put_fixed(raw, block.checksum);
    put_varint(raw, block.directory_bytes);
    put_varint(raw, block.raw_directory_bytes);
    put_fixed(raw, block.directory_checksum);
    put_varint(raw, block.runs);
    for (const PartRun& run : std::span(index.runs).subspan(block.first_run, block.runs))
      encode_run(run, std::exchange(before, run), block.runs > 1, raw);
  }
  std::string out;
  put_varint(out, raw.size());
  std::string compressed(ZSTD_compressBound(raw.size()), '\0');
  compressed.resize(ZSTD_compress(compressed.data(), compressed.size(), raw.data(), raw.size(), kLevel));
  return out + compressed;
}

Result<PartIndex> decode_index(std::string_view bytes, std::uint32_t version) {
  if (version < part_format::kRunsVersion) return IndexDecoder(bytes, version).decode();
  ByteReader in(bytes);
  const std::uint64_t size = in.varint();
  if (!in.ok() || size > part_format::kMaxRawIndexBytes) return permanent("its index is malformed");
  OC_TRY_ASSIGN(const std::string raw, columns::decompress(in.rest(), size));
  return IndexDecoder(raw, version).decode();
}

}  // namespace oc::stores
