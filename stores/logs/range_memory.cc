#include "stores/logs/range_memory.h"

#include <algorithm>

namespace oc::stores {

using contracts::ByteRange;

namespace {

void encode_file(const FileDelivery& delivery, std::string& out) {
  put_bytes(out, delivery.file.tenant);
  put_bytes(out, delivery.file.source_id);
  put_bytes(out, delivery.file.file_id);
  put_varint(out, delivery.records);
  put_varint(out, zigzag(delivery.received_ns));
  put_varint(out, delivery.ranges.size());
  for (const ByteRange& range : delivery.ranges) {
    put_varint(out, range.start);
    put_varint(out, range.end);
  }
}

FileDelivery decode_file(ByteReader& in) {
  FileDelivery delivery;
  delivery.file.tenant = in.bytes();
  delivery.file.source_id = in.bytes();
  delivery.file.file_id = in.bytes();
  delivery.records = in.varint();
  delivery.received_ns = in.signed_varint();
  const std::uint64_t ranges = in.count(2);
  for (std::uint64_t i = 0; i < ranges; ++i) {
    const std::uint64_t start = in.varint();
    delivery.ranges.push_back({start, in.varint()});
  }
  return delivery;
}

// Ascending, so distances: two or three bytes each where a filter drops every other line.
void encode_left_out(const std::vector<ByteRange>& ranges, std::string& out) {
  put_varint(out, ranges.size());
  std::uint64_t at = 0;
  for (const ByteRange& range : ranges) {
    put_varint(out, range.start - at);
    put_varint(out, range.end - range.start);
    at = range.end;
  }
}

std::vector<ByteRange> decode_left_out(ByteReader& in) {
  std::vector<ByteRange> ranges;
  std::uint64_t at = 0;
  const std::uint64_t count = in.count(2);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t start = at + in.varint();
    at = start + in.varint();
    ranges.push_back({start, at});
  }
  return ranges;
}

ByteRange span_of(const std::vector<ByteRange>& ranges) {
  ByteRange span{~0ull, 0};
  for (const ByteRange& range : ranges) span = {std::min(span.start, range.start), std::max(span.end, range.end)};
  return span;
}

}  // namespace

void encode(std::span<const FileDelivery> deliveries, std::string& out) {
  put_varint(out, deliveries.size());
  for (const FileDelivery& delivery : deliveries) encode_file(delivery, out);
  const auto has_left_out = [](const FileDelivery& delivery) { return !delivery.left_out.empty(); };
  const auto count = std::ranges::count_if(deliveries, has_left_out);
  if (count == 0) return;  // as version 1 was
  put_varint(out, static_cast<std::uint64_t>(count));
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    if (!has_left_out(deliveries[i])) continue;
    put_varint(out, i);
    encode_left_out(deliveries[i].left_out, out);
  }
}

std::vector<FileDelivery> decode_deliveries(ByteReader& in) {
  constexpr std::size_t kSmallestFile = 6;  // six varints
  std::vector<FileDelivery> deliveries;
  const std::uint64_t files = in.count(kSmallestFile);
  for (std::uint64_t i = 0; i < files && in.ok(); ++i) deliveries.push_back(decode_file(in));
  const std::uint64_t with_left_out = in.at_end() ? 0 : in.count(2);
  for (std::uint64_t i = 0; i < with_left_out && in.ok(); ++i) {
    const std::uint64_t index = in.varint();
    auto ranges = decode_left_out(in);
    if (index < deliveries.size()) deliveries[index].left_out = std::move(ranges);
  }
  return deliveries;
}

void RangeMemory::add(const FileDelivery& delivery) {
  Held& held = files_[delivery.file];
  const std::size_t before = held.left_out.ranges().size();
  for (const ByteRange& range : delivery.ranges) {
    held.ranges.add(range);
    held.left_out.remove(range);
  }
  const auto known = held.ranges.within(span_of(delivery.left_out));
  contracts::RangeSet left_out;
  for (const ByteRange& range : delivery.left_out) left_out.add(range);
  left_out.remove(known);
  for (const ByteRange& range : left_out.ranges()) held.left_out.add(range);
  left_out_ranges_ += held.left_out.ranges().size() - before;
  held.records += delivery.records;
  held.touched_ns = std::max(held.touched_ns, delivery.received_ns);
  if (left_out_ranges_ > kMaxLeftOutRanges) make_room();
}

void RangeMemory::make_room() {
  const auto count = [](const auto& entry) { return entry.second.left_out.ranges().size(); };
  const std::size_t most = count(*std::ranges::max_element(files_, {}, count));
  for (auto& entry : files_) {
    auto& [file, held] = entry;
    if (count(entry) <= most / 2) continue;
    const auto& ranges = held.left_out.ranges();
    const auto oldest = held.left_out.within({0, ranges[(ranges.size() - 1) / 2].end});
    left_out_ranges_ -= oldest.ranges().size();
    held.ranges.add(oldest);
    held.left_out.remove(oldest);
  }
}

RangeMemory::Known RangeMemory::find(const FileKey& file, ByteRange window) const {
  const auto found = files_.find(file);
  if (found == files_.end()) return {};
  return {found->second.ranges.within(window), found->second.left_out.within(window)};
}

std::vector<contracts::Watermark> RangeMemory::watermarks(const std::string& tenant,
                                                          std::span<const std::string> source_ids) const {
  std::vector<contracts::Watermark> found;
  for (const auto& [file, held] : files_) {
    const bool asked = source_ids.empty() || std::ranges::find(source_ids, file.source_id) != source_ids.end();
    if (asked && file.tenant == tenant)
      found.push_back({file.source_id, file.file_id, held.ranges, held.records, held.left_out});
  }
  return found;
}

std::size_t RangeMemory::forget_untouched_since(Nanos wall_ns) {
  return std::erase_if(files_, [&](const auto& entry) {
    const bool old = entry.second.touched_ns < wall_ns;
    if (old) left_out_ranges_ -= entry.second.left_out.ranges().size();
    return old;
  });
}

void RangeMemory::encode(std::string& out) const {
  std::vector<FileDelivery> deliveries;
  for (const auto& [file, held] : files_)
    deliveries.push_back({file, held.ranges.ranges(), held.records, held.touched_ns, held.left_out.ranges()});
  stores::encode(deliveries, out);
}

RangeMemory RangeMemory::decode(ByteReader& in) {
  RangeMemory memory;
  for (const auto& delivery : decode_deliveries(in)) memory.add(delivery);
  return memory;
}

}  // namespace oc::stores
