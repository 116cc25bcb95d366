#include "collector/exporters/otlp_http/request.h"

#include <algorithm>
#include <span>
#include <unordered_map>

#include "contracts/delivery/ranges.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

// "SOURCE/FILE=START-END, " with two numbers of up to 20 digits.
constexpr std::size_t kRangeTextBytes = 44;

using FileParts = std::pair<const LogStream*, std::vector<const BatchPart*>>;

std::vector<FileParts> group_by_file(const RequestParts& parts) {
  std::vector<FileParts> files;
  std::unordered_map<const LogStream*, std::size_t> index;
  for (const auto& part : parts) {
    const auto [at, fresh] = index.try_emplace(part.batch->stream.get(), files.size());
    if (fresh) files.push_back({part.batch->stream.get(), {}});
    files[at->second].second.push_back(&part);
  }
  return files;
}

contracts::DeliveredFile delivered(const FileParts& file) {
  contracts::RangeSet ranges;
  for (const auto* part : file.second) ranges.add(part->range);
  return {file.first->source_id, file.first->file_id, ranges.ranges()};
}

otlp::LogSlice slice_of(const BatchPart& part) {
  const auto& batch = *part.batch;
  otlp::LogSlice slice{.records = std::span(batch.records).subspan(part.first, part.count),
                       .observed_ns = batch.observed_ns + static_cast<Nanos>(part.first),
                       .valid_utf8 = batch.valid_utf8};
  if (!batch.fields.empty()) slice.fields = std::span(batch.fields).subspan(part.first, part.count);
  return slice;
}

std::size_t expected_size(const RequestParts& parts) {
  constexpr std::size_t kRecordOverhead = 64;  // tags, sizes, time, offset
  std::size_t size = 0;
  for (const auto& part : parts) {
    const auto& stream = *part.batch->stream;
    size += part.range.end - part.range.start + part.count * (kRecordOverhead + stream.record_attributes.size());
    size += stream.resource_attributes.size() + kRecordOverhead + part.batch->added_bytes;
  }
  return size;
}

}  // namespace

BatchPart BatchPart::whole(LogBatchPtr batch) {
  const auto count = batch->records.size();
  const auto range = batch->range;
  return {std::move(batch), 0, count, range};
}

std::pair<BatchPart, BatchPart> BatchPart::halves() const {
  const std::size_t left = count / 2;
  const auto middle = batch->records[first + left].offset;
  return {{batch, first, left, {range.start, middle}}, {batch, first + left, count - left, {middle, range.end}}};
}

std::size_t record_count(const RequestParts& parts) {
  std::size_t count = 0;
  for (const auto& part : parts) count += part.count;
  return count;
}

std::pair<RequestParts, RequestParts> split_request(const RequestParts& parts) {
  if (parts.size() == 1) {
    auto [left, right] = parts[0].halves();
    return {{std::move(left)}, {std::move(right)}};
  }
  const auto middle = parts.begin() + static_cast<std::ptrdiff_t>(parts.size() / 2);
  return {{parts.begin(), middle}, {middle, parts.end()}};
}

EncodedRequest encode_request(const RequestParts& parts, bool with_delivery) {
  EncodedRequest request;
  request.body.reserve(expected_size(parts));
  std::vector<contracts::DeliveredFile> files;
  for (const auto& file : group_by_file(parts)) {
    std::vector<otlp::LogSlice> slices;
    for (const auto* part : file.second) slices.push_back(slice_of(*part));
    otlp::append_resource_logs(request.body, {.resource_attributes = file.first->resource_attributes,
                                              .record_attributes = file.first->record_attributes,
                                              .with_record_offset = file.first->with_record_offset || with_delivery,
                                              .slices = slices});
    if (with_delivery) files.push_back(delivered(file));
  }
  if (with_delivery) request.delivery = contracts::encode_delivery(files);
  return request;
}

std::size_t delivery_bytes(const LogBatch& batch) {
  return batch.stream->source_id.size() + batch.stream->file_id.size() + kRangeTextBytes;
}

}  // namespace oc::collector
