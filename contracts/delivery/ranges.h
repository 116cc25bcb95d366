// Delivery ranges: how a collector says which bytes of which file a request carries, and how a store that remembers
// them answers what it already holds (DESIGN section 3; docs/delivery.md).
//
// A byte range is half open: [start, end) in the file as it lies on disk. A range covers whole records and the empty
// lines between them, so the ranges of a file that was read in order join up without holes. Records that were read but
// not carried (a filter dropped them, the sink refuses them) are named apart, as left out: when a policy is taken back
// they are read again, and are then taken.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace oc::contracts {

struct ByteRange {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  bool operator==(const ByteRange&) const = default;
};

// Sorted, disjoint, never touching: a file read in order is one range.
class RangeSet {
 public:
  void add(ByteRange range);  // an empty or inverted range changes nothing
  void add(const RangeSet& other);
  void remove(ByteRange range);
  void remove(const RangeSet& other);
  bool contains(std::uint64_t offset) const;
  bool covers(ByteRange range) const;
  std::uint64_t bytes() const;
  // The end of the range that starts at or before `from` and holds it, else `from`: where reading goes on.
  std::uint64_t first_missing(std::uint64_t from) const;
  RangeSet within(ByteRange window) const;  // cut to it
  const std::vector<ByteRange>& ranges() const { return ranges_; }
  bool operator==(const RangeSet&) const = default;

 private:
  std::vector<ByteRange> ranges_;
};

// A source is a place that log lines come from; a file is one generation of bytes at that place. A file's id is made
// by the collector when it first sees the file, kept in its checkpoint before the first byte is sent, and never used
// for other bytes: rotation, truncation and inode reuse all start a new id.
// Both ids match [A-Za-z0-9_.:-]{1,128}.
inline constexpr std::size_t kMaxDeliveryIdBytes = 128;
bool is_delivery_id(std::string_view id);

struct DeliveredFile {
  std::string source_id;
  std::string file_id;
  std::vector<ByteRange> ranges;         // carried
  std::vector<ByteRange> left_out = {};  // not carried; none of these bytes are in `ranges`
  bool operator==(const DeliveredFile&) const = default;
};

// The request header. One entry for each ResourceLogs of the body, in the same order (so a file has a ResourceLogs of
// its own, empty where everything in its ranges was left out); records carry `log.file.record_offset`. The ranges that
// were left out follow after "!"; either list may be missing, not both.
//   X-OneCollector-Delivery: v1 SOURCE/FILE=0-1042+2048-4096!1042-2048, SOURCE/FILE=!0-80
inline constexpr std::string_view kDeliveryHeader = "X-OneCollector-Delivery";
// A sender keeps the header below this, by splitting its batch; a receiver answers 400 above it.
inline constexpr std::size_t kMaxDeliveryHeaderBytes = 32 << 10;

// Ranges are written in order and joined where they meet; bytes that are in both lists count as carried. The caller
// sees to it that both ids are valid and that each file has a range: what breaks this is refused by every decoder.
std::string encode_delivery(const std::vector<DeliveredFile>& files);
// The error names the entry, counted from 1, and what is wrong with it.
Result<std::vector<DeliveredFile>> decode_delivery(std::string_view header);

// What a store with range memory answers to GET /onecollector/v1/watermarks?source_id=S[&source_id=…]: for each file of
// these sources the ranges that are durable. An unknown source has no entry. Without the parameter: everything.
//   {"watermarks":[{"source_id":"…","file_id":"…","ranges":[[0,1042]],"records":17,"left_out":[[1042,2048]]}]}
// "left_out" is missing where there is none.
inline constexpr std::string_view kWatermarksPath = "/onecollector/v1/watermarks";
struct Watermark {
  std::string source_id;
  std::string file_id;
  RangeSet held;
  std::uint64_t records = 0;  // rows stored from it
  RangeSet left_out = {};     // told, and not carried; apart from `held`
  // Everything a collector is done with: nothing of it is on its way any more.
  RangeSet settled() const;
};
Json to_json(const std::vector<Watermark>& watermarks);
Result<std::vector<Watermark>> watermarks_from_json(const Json& json);

}  // namespace oc::contracts
