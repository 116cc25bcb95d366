#include "stores/logs/append_record.h"

#include <algorithm>
#include <optional>
#include <span>

#include "stores/logs/encoded_labels.h"

namespace oc::stores {

using query::LabelView;

namespace {

struct KeptRow {
  std::uint32_t row = 0;  // index in the batch
  std::uint32_t arrival = 0;
};
using RowsOfStream = std::vector<KeptRow>;

std::vector<RowsOfStream> rows_by_stream(const AppendBatch& batch, const std::vector<bool>& keep) {
  std::vector<RowsOfStream> rows(batch.streams.size());
  std::uint32_t arrival = 0;
  for (std::uint32_t i = 0; i < batch.rows.size(); ++i)
    if (keep[i]) rows[batch.rows[i].stream].push_back({i, arrival++});
  return rows;
}

std::span<const LabelView> own_of(const AppendBatch& batch, const AppendBatch::Row& row) {
  return std::span(batch.own_metadata).subspan(row.own_begin, row.own_end - row.own_begin);
}

// What the rows take, about: too little costs a copy, too much memory that is never touched.
std::size_t about_bytes(const AppendBatch& batch, const std::vector<RowsOfStream>& streams) {
  constexpr std::size_t kRowOverhead = 12, kPairOverhead = 3, kOther = 4096;
  std::size_t bytes = kOther;
  for (const RowsOfStream& rows : streams)
    for (const KeptRow& kept : rows) {
      const AppendBatch::Row& row = batch.rows[kept.row];
      bytes += row.line.size() + kRowOverhead;
      for (const LabelView& pair : own_of(batch, row)) bytes += pair.second.size() + kPairOverhead;
    }
  return bytes;
}

void add_rows(const AppendBatch& batch, const RowsOfStream& rows, RowBlockBuilder& block) {
  std::optional<std::uint32_t> shared;  // of the last row: the next row's is mostly the same
  std::uint64_t shared_index = 0;
  for (const auto& [index, arrival] : rows) {
    const AppendBatch::Row& row = batch.rows[index];
    if (shared != row.shared) {
      shared = row.shared;
      shared_index = block.share(batch.shared_metadata[row.shared]);
    }
    block.add(row.time_ns, arrival, row.line, shared_index, own_of(batch, row));
  }
}

}  // namespace

std::string encode_append_record(const AppendBatch& batch, const std::vector<bool>& keep,
                                 const std::vector<FileDelivery>& deliveries) {
  const std::vector<RowsOfStream> streams = rows_by_stream(batch, keep);
  std::string out;
  out.reserve(about_bytes(batch, streams));
  put_varint(out, static_cast<std::uint64_t>(std::ranges::count_if(streams, [](auto& rows) { return !rows.empty(); })));
  RowBlockBuilder block;  // one for all streams: its memory is touched once
  for (std::size_t i = 0; i < streams.size(); ++i) {
    if (streams[i].empty()) continue;
    add_rows(batch, streams[i], block);
    const RowBounds bounds = block.bounds();
    encode(batch.streams[i], out);
    put_varint(out, bounds.rows);
    put_varint(out, zigzag(bounds.first_ns));
    put_varint(out, zigzag(bounds.last_ns));
    block.finish(out, true);
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
    rows.labels = read_labels(in);
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
