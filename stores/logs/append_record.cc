#include "stores/logs/append_record.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <ranges>
#include <span>
#include <utility>

#include "stores/logs/encoded_labels.h"

namespace oc::stores {

using query::LabelView;

namespace {

struct KeptRow {
  std::uint32_t row = 0;  // index in the batch
  std::uint32_t arrival = 0;
};
using RowsOfStream = std::span<const KeptRow>;

// Those that are kept, stream by stream; there may be as many streams as rows.
class RowsByStream {
 public:
  RowsByStream(const AppendBatch& batch, const std::vector<bool>& keep) : ends_(batch.streams.size()) {
    for (std::uint32_t i = 0; i < batch.rows.size(); ++i)
      if (keep[i]) ++ends_[batch.rows[i].stream];
    std::uint32_t begin = 0, arrival = 0;
    for (std::uint32_t& end : ends_) begin += std::exchange(end, begin);
    rows_.resize(begin);
    for (std::uint32_t i = 0; i < batch.rows.size(); ++i)
      if (keep[i]) rows_[ends_[batch.rows[i].stream]++] = {i, arrival++};
  }
  std::span<const KeptRow> all() const { return rows_; }
  RowsOfStream of(std::size_t stream) const {
    const std::uint32_t begin = stream == 0 ? 0 : ends_[stream - 1];
    return std::span(rows_).subspan(begin, ends_[stream] - begin);
  }

 private:
  std::vector<KeptRow> rows_;
  std::vector<std::uint32_t> ends_;  // by stream
};

std::span<const LabelView> own_of(const AppendBatch& batch, const AppendBatch::Row& row) {
  return std::span(batch.own_metadata).subspan(row.own_begin, row.own_end - row.own_begin);
}

// What the rows take, about: too little costs a copy, too much memory that is never touched.
std::size_t about_bytes(const AppendBatch& batch, const RowsByStream& rows) {
  constexpr std::size_t kRowOverhead = 12, kPairOverhead = 3, kStreamOverhead = 32, kOther = 4096;
  std::size_t bytes = kOther;
  for (const KeptRow& kept : rows.all()) {
    const AppendBatch::Row& row = batch.rows[kept.row];
    bytes += row.line.size() + kRowOverhead;
    for (const LabelView& pair : own_of(batch, row)) bytes += pair.second.size() + kPairOverhead;
  }
  for (std::size_t stream = 0; stream < batch.streams.size(); ++stream) {
    if (rows.of(stream).empty()) continue;
    const AppendBatch::Row& first = batch.rows[rows.of(stream).front().row];
    bytes += batch.streams[stream].size() + kStreamOverhead;
    for (const auto& [name, value] : batch.shared_metadata[first.shared])
      bytes += name.size() + value.size() + kPairOverhead;
    for (const auto& [name, value] : own_of(batch, first)) bytes += name.size();
  }
  return bytes;
}

void add_rows(const AppendBatch& batch, RowsOfStream rows, RowBlockBuilder& block) {
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
  const RowsByStream rows(batch, keep);
  const auto is_empty = [&](std::size_t stream) { return rows.of(stream).empty(); };
  std::string out;
  out.reserve(about_bytes(batch, rows));
  const auto streams = std::views::iota(std::size_t{0}, batch.streams.size());
  put_varint(out, static_cast<std::uint64_t>(std::ranges::count_if(streams, std::not_fn(is_empty))));
  RowBlockBuilder block;  // one for all streams: its memory is touched once
  for (const std::size_t stream : streams) {
    if (is_empty(stream)) continue;
    add_rows(batch, rows.of(stream), block);
    const RowBounds bounds = block.bounds();
    out.append(batch.streams[stream]);
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
