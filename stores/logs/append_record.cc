#include "stores/logs/append_record.h"

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

std::vector<RowBlockBuilder> build_blocks(const AppendBatch& batch, const std::vector<bool>& keep) {
  std::vector<RowBlockBuilder> builders(batch.streams.size());
  const std::span<const LabelView> own(batch.own_metadata);
  std::uint64_t arrival = 0;
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    if (!keep[i]) continue;
    const AppendBatch::Row& row = batch.rows[i];
    builders[row.stream].add(row.time_ns, arrival++, row.line, batch.shared_metadata[row.shared],
                             own.subspan(row.own_begin, row.own_end - row.own_begin));
  }
  return builders;
}

}  // namespace

std::string encode_append_record(const AppendBatch& batch, const std::vector<bool>& keep,
                                 const std::vector<FileDelivery>& deliveries) {
  std::vector<RowBlockBuilder> builders = build_blocks(batch, keep);
  std::uint64_t streams = 0;
  for (const auto& builder : builders) streams += builder.empty() ? 0 : 1;
  std::string out;
  put_varint(out, streams);
  for (std::size_t i = 0; i < builders.size(); ++i) {
    if (builders[i].empty()) continue;
    const RowBounds bounds = builders[i].bounds();
    encode(batch.streams[i], out);
    put_varint(out, bounds.rows);
    put_varint(out, zigzag(bounds.first_ns));
    put_varint(out, zigzag(bounds.last_ns));
    put_bytes(out, builders[i].finish());
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
