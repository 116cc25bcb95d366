// Which bytes of which files the store holds (contracts/delivery/ranges.h). A file read in order takes one range,
// whatever its size. Not thread-safe: the store's lock guards it.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "contracts/delivery/ranges.h"
#include "stores/logs/encoding.h"

namespace oc::stores {

struct FileKey {
  std::string tenant;
  std::string source_id;
  std::string file_id;
  auto operator<=>(const FileKey&) const = default;
};

// What one request adds to a file.
struct FileDelivery {
  FileKey file;
  std::vector<contracts::ByteRange> ranges;
  std::uint64_t records = 0;
  Nanos received_ns = 0;
  std::vector<contracts::ByteRange> left_out = {};
};

// FORMAT.md, "Deliveries"; the last of what they are written into.
void encode(std::span<const FileDelivery> deliveries, std::string& out);
std::vector<FileDelivery> decode_deliveries(ByteReader& in);  // check in.ok()

// Bytes held are never left out: a record that arrives after it was left out moves its range to those held, in
// whatever order it is told.
class RangeMemory {
 public:
  // A filter that drops every other line makes as many ranges as there are lines: 16 MiB of them. Beyond it the older
  // half of the ranges of the files that have most counts as held, that is left out for good.
  static constexpr std::size_t kMaxLeftOutRanges = 1 << 20;

  void add(const FileDelivery& delivery);
  // What is known of a file's bytes between the first and the last of these.
  struct Known {
    contracts::RangeSet held, left_out;
  };
  Known find(const FileKey& file, contracts::ByteRange window) const;
  // Empty `source_ids`: all of them.
  std::vector<contracts::Watermark> watermarks(const std::string& tenant,
                                               std::span<const std::string> source_ids) const;
  std::size_t forget_untouched_since(Nanos wall_ns);  // how many files
  std::size_t files() const { return files_.size(); }
  std::size_t left_out_ranges() const { return left_out_ranges_; }

  void encode(std::string& out) const;
  static RangeMemory decode(ByteReader& in);  // check in.ok()

 private:
  struct Held {
    contracts::RangeSet ranges, left_out;
    std::uint64_t records = 0;
    Nanos touched_ns = 0;
  };
  void make_room();

  std::map<FileKey, Held> files_;
  std::size_t left_out_ranges_ = 0;  // of all files
};

}  // namespace oc::stores
