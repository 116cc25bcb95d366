#include "collector/record/batch_reader.h"

#include <algorithm>

#include "base/utf8.h"
#include "contracts/otlp/fields.h"
#include "contracts/otlp/log_parts.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

BatchReader::BatchReader(const LogBatch& batch, Arena& arena)
    : batch_(batch),
      arena_(arena),
      resource_(otlp::attributes_from_wire(batch.stream->resource_attributes, arena)),
      attributes_(otlp::attributes_from_wire(batch.stream->record_attributes, arena)) {
  for (const auto& part : batch.left_out)
    for (const auto& range : part.ranges) left_starts_.push_back(range.start);
  std::ranges::sort(left_starts_);
}

LogRecord BatchReader::record(std::size_t index) const {
  LogRecord record;
  record.observed_ns_ = batch_.observed_ns + static_cast<Nanos>(index);
  record.roots_[static_cast<int>(RecordRoot::kResource)] = resource_;
  auto& body = record.roots_[static_cast<int>(RecordRoot::kBody)];
  auto& attributes = record.roots_[static_cast<int>(RecordRoot::kAttributes)];
  const bool encoded = batch_.stream->encoded_records;
  if (batch_.fields.empty() && !encoded) {
    const auto line = batch_.records[index].body;
    body = valid_body(index);
    if (body.bytes != line.data())
      record.invalid_line_ = new (arena_.array<LogRecord::InvalidLine>(1)) LogRecord::InvalidLine{line, body.bytes};
    attributes = attributes_;
    return record;
  }
  const auto fields =
      batch_.fields.empty() ? otlp::decode_log_record(batch_.records[index].body, arena_) : batch_.fields[index];
  body = fields.body;
  attributes = fields.attributes;
  record.time_ns_ = fields.time_ns;
  record.severity_number_ = fields.severity_number;
  record.severity_text_ = fields.severity_text;
  record.context_ = fields.context;
  if (fields.context && fields.context->observed_ns >= 0) record.observed_ns_ = fields.context->observed_ns;
  return record;
}

// What the record will be sent as.
Value BatchReader::valid_body(std::size_t index) const {
  const auto body = batch_.records[index].body;
  if (batch_.valid_utf8 || is_utf8(body)) return Value::of(body);
  return Value::of(arena_.copy(otlp::to_valid_utf8(body)));
}

contracts::ByteRange BatchReader::range(std::size_t index) const {
  const auto start = batch_.records[index].offset;
  auto end = index + 1 < size() ? batch_.records[index + 1].offset : batch_.range.end;
  const auto left = std::ranges::upper_bound(left_starts_, start);
  if (left != left_starts_.end()) end = std::min(end, *left);
  return {start, end};
}

}  // namespace oc::collector
