#include "collector/exporters/otlp_http/request.h"

#include <algorithm>
#include <span>
#include <unordered_map>

#include <fmt/format.h>

#include "collector/exporters/file/otlp_json.h"
#include "contracts/delivery/ranges.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

// "START-END+" with two numbers of up to 20 digits.
constexpr std::size_t kRangeTextBytes = 42;

std::size_t digits(std::uint64_t number) { return fmt::formatted_size("{}", number); }

// The batch's ranges that were left out, as far as they lie in the part.
contracts::RangeSet left_out_of(const BatchPart& part) {
  contracts::RangeSet ranges;
  if (part.refused) {
    ranges.add(part.range);
    return ranges;
  }
  for (const auto& left_out : part.batch->left_out)
    for (const auto& range : left_out.ranges)
      ranges.add({std::max(range.start, part.range.start), std::min(range.end, part.range.end)});
  return ranges;
}

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
  contracts::RangeSet carried, left_out;
  for (const auto* part : file.second) {
    carried.add(part->carried());
    left_out.add(left_out_of(*part));
  }
  return {file.first->source_id, file.first->file_id, carried.ranges(), left_out.ranges()};
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

// As encode_request(): one element for each file, though JSON has one for each of its parts.
EncodedRequest encode_json_request(const RequestParts& parts, bool with_delivery) {
  EncodedRequest request;
  std::vector<contracts::DeliveredFile> files;
  request.body = R"({"resourceLogs":[)";
  for (const auto& part : parts) {
    if (request.body.back() != '[') request.body += ',';
    append_resource_logs_json(request.body, *part.batch, part.first, part.refused ? 0 : part.count,
                              part.batch->stream->with_record_offset || with_delivery);
    if (with_delivery) files.push_back(delivered({part.batch->stream.get(), {&part}}));
  }
  request.body += "]}";
  if (with_delivery) request.delivery = contracts::encode_delivery(files);
  return request;
}

}  // namespace

BatchPart BatchPart::whole(LogBatchPtr batch) {
  const auto count = batch->records.size();
  const auto range = batch->range;
  return {.batch = std::move(batch), .first = 0, .count = count, .range = range};
}

contracts::RangeSet BatchPart::carried() const {
  contracts::RangeSet ranges;
  ranges.add(range);
  ranges.remove(left_out_of(*this));
  return ranges;
}

std::pair<BatchPart, BatchPart> BatchPart::halves() const {
  const std::size_t left = count / 2;
  const auto middle = batch->records[first + left].offset;
  return {{batch, first, left, {range.start, middle}, refused},
          {batch, first + left, count - left, {middle, range.end}, refused}};
}

std::pair<BatchPart, BatchPart> BatchPart::split_at(std::uint64_t offset) const {
  const auto records = std::span(batch->records).subspan(first, count);
  const auto right = std::ranges::lower_bound(records, offset, {}, &otlp::LogRecordView::offset);
  const auto left = static_cast<std::size_t>(right - records.begin());
  return {{batch, first, left, {range.start, offset}, refused},
          {batch, first + left, count - left, {offset, range.end}, refused}};
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

std::optional<std::pair<RequestParts, RequestParts>> split_header(const RequestParts& parts) {
  if (parts.size() > 1) return split_request(parts);
  const auto left_out = left_out_of(parts[0]);
  const auto& ranges = left_out.ranges();
  const auto middle = ranges.empty() ? 0 : ranges[ranges.size() / 2].start;
  if (middle <= parts[0].range.start) return std::nullopt;
  auto [left, right] = parts[0].split_at(middle);
  return std::pair{RequestParts{std::move(left)}, RequestParts{std::move(right)}};
}

EncodedRequest encode_request(const RequestParts& parts, bool with_delivery, RequestEncoding encoding) {
  if (encoding == RequestEncoding::kJson) return encode_json_request(parts, with_delivery);
  EncodedRequest request;
  request.body.reserve(expected_size(parts));
  std::vector<contracts::DeliveredFile> files;
  for (const auto& file : group_by_file(parts)) {
    std::vector<otlp::LogSlice> slices;
    for (const auto* part : file.second)
      if (!part->refused) slices.push_back(slice_of(*part));
    const auto& stream = *file.first;
    otlp::append_resource_logs(request.body, {.resource_attributes = stream.resource_attributes,
                                              .record_attributes = stream.record_attributes,
                                              .with_record_offset = stream.with_record_offset || with_delivery,
                                              .encoded_records = stream.encoded_records,
                                              .resource_rest = stream.resource_rest,
                                              .resource_schema_url = stream.resource_schema_url,
                                              .scope = stream.scope,
                                              .scope_schema_url = stream.scope_schema_url,
                                              .slices = slices});
    if (with_delivery) files.push_back(delivered(file));
  }
  if (with_delivery) request.delivery = contracts::encode_delivery(files);
  return request;
}

// Each range left out is written once, and what is carried between it and the next once more.
std::size_t delivery_bytes(const BatchPart& part) {
  const auto& stream = *part.batch->stream;
  const std::size_t range_text = 2 * digits(part.range.end) + 2;
  return stream.source_id.size() + stream.file_id.size() + kRangeTextBytes +
         2 * range_text * left_out_of(part).ranges().size();
}

std::size_t delivery_bytes(const RequestParts& parts) {
  std::size_t bytes = 0;
  for (const auto& part : parts) bytes += delivery_bytes(part);
  return bytes;
}

}  // namespace oc::collector
