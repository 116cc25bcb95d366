#include "stores/logs/range_memory.h"

#include <algorithm>

namespace oc::stores {

using contracts::ByteRange;

void encode(const FileDelivery& delivery, std::string& out) {
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

FileDelivery decode_file_delivery(ByteReader& in) {
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

void RangeMemory::add(const FileDelivery& delivery) {
  Held& held = files_[delivery.file];
  for (const ByteRange& range : delivery.ranges) held.ranges.add(range);
  held.records += delivery.records;
  held.touched_ns = std::max(held.touched_ns, delivery.received_ns);
}

const contracts::RangeSet* RangeMemory::find(const FileKey& file) const {
  const auto found = files_.find(file);
  return found == files_.end() ? nullptr : &found->second.ranges;
}

std::vector<contracts::Watermark> RangeMemory::watermarks(const std::string& tenant,
                                                          std::span<const std::string> source_ids) const {
  std::vector<contracts::Watermark> found;
  for (const auto& [file, held] : files_) {
    const bool asked = source_ids.empty() || std::ranges::find(source_ids, file.source_id) != source_ids.end();
    if (asked && file.tenant == tenant) found.push_back({file.source_id, file.file_id, held.ranges, held.records});
  }
  return found;
}

std::size_t RangeMemory::forget_untouched_since(Nanos wall_ns) {
  return std::erase_if(files_, [&](const auto& entry) { return entry.second.touched_ns < wall_ns; });
}

void RangeMemory::encode(std::string& out) const {
  put_varint(out, files_.size());
  for (const auto& [file, held] : files_)
    stores::encode(FileDelivery{file, held.ranges.ranges(), held.records, held.touched_ns}, out);
}

RangeMemory RangeMemory::decode(ByteReader& in) {
  RangeMemory memory;
  constexpr std::size_t kSmallestFile = 6;  // six varints
  const std::uint64_t files = in.count(kSmallestFile);
  for (std::uint64_t i = 0; i < files && in.ok(); ++i) memory.add(decode_file_delivery(in));
  return memory;
}

}  // namespace oc::stores
