#include "stores/logs/append_record.h"

#include <algorithm>
#include <optional>
#include <span>

#include "stores/logs/encoding.h"

namespace oc::stores {

using query::Labels;
using query::LabelView;

void encode(const Labels& labels, std::string& out) {
  put_varint(out, labels.size());
  for (const auto& [name, value] : labels) {
    put_bytes(out, name);
    put_bytes(out, value);
  }
}

Labels decode_labels(ByteReader& in) {
  Labels labels;
  const std::uint64_t count = in.count(2);
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::string_view name = in.bytes();
    labels.emplace_back(name, in.bytes());
  }
  return labels;
}

namespace {

// What a row takes beside its line and its own metadata: five varints, and the length of its metadata.
constexpr std::size_t kRowOverhead = 24;

class RecordBlocks {
 public:
  RecordBlocks(const AppendBatch& batch, const std::vector<bool>& keep)
      : batch_(batch), streams_(batch.streams.size()) {
    std::vector<std::size_t> bytes(batch.streams.size());
    for (const AppendBatch::Row& row : batch.rows) bytes[row.stream] += row.line.size() + kRowOverhead;
    for (std::size_t i = 0; i < streams_.size(); ++i) streams_[i].builder.reserve(bytes[i]);
    std::uint64_t arrival = 0;
    for (std::size_t i = 0; i < batch.rows.size(); ++i)
      if (keep[i]) add(batch.rows[i], arrival++);
  }
  std::uint64_t non_empty() const {
    return static_cast<std::uint64_t>(std::ranges::count_if(streams_, [](auto& one) { return !one.builder.empty(); }));
  }
  std::size_t size_bytes() const {
    std::size_t size = 0;
    for (const auto& stream : streams_) size += stream.builder.size_bytes();
    return size;
  }
  RowBlockBuilder& of_stream(std::size_t index) { return streams_[index].builder; }

 private:
  struct OfStream {
    RowBlockBuilder builder;
    std::optional<std::uint32_t> shared;  // of the last row: the next row's is mostly the same
    std::uint64_t shared_index = 0;
  };

  void add(const AppendBatch::Row& row, std::uint64_t arrival) {
    OfStream& stream = streams_[row.stream];
    if (stream.shared != row.shared) {
      stream.shared = row.shared;
      stream.shared_index = stream.builder.share(batch_.shared_metadata[row.shared]);
    }
    const std::span<const LabelView> own(batch_.own_metadata);
    stream.builder.add(row.time_ns, arrival, row.line, stream.shared_index,
                       own.subspan(row.own_begin, row.own_end - row.own_begin));
  }

  const AppendBatch& batch_;
  std::vector<OfStream> streams_;
};

}  // namespace

std::string encode_append_record(const AppendBatch& batch, const std::vector<bool>& keep,
                                 const std::vector<FileDelivery>& deliveries) {
  RecordBlocks blocks(batch, keep);
  std::string out;
  out.reserve(blocks.size_bytes() + 4096);
  put_varint(out, blocks.non_empty());
  for (std::size_t i = 0; i < batch.streams.size(); ++i) {
    RowBlockBuilder& builder = blocks.of_stream(i);
    if (builder.empty()) continue;
    const RowBounds bounds = builder.bounds();
    encode(batch.streams[i], out);
    put_varint(out, bounds.rows);
    put_varint(out, zigzag(bounds.first_ns));
    put_varint(out, zigzag(bounds.last_ns));
    builder.finish(out, true);
  }
  encode(deliveries, out);
  return out;
}

Result<AppendRecord> AppendRecord::decode(std::string_view bytes) {
  AppendRecord record;
  ByteReader in(bytes);
  const std::uint64_t streams = in.count(5);
  for (std::uint64_t i = 0; i < streams && in.ok(); ++i) {
    StreamRows& rows = record.streams.emplace_back();
    rows.labels = decode_labels(in);
    rows.bounds.rows = in.varint();
    rows.bounds.first_ns = in.signed_varint();
    rows.bounds.last_ns = in.signed_varint();
    rows.block = in.bytes();
    record.rows += rows.bounds.rows;
  }
  record.deliveries = decode_deliveries(in);
  if (!in.ok() || !in.at_end()) return permanent("malformed append record");
  return record;
}

}  // namespace oc::stores
