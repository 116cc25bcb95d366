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
};

void encode(const FileDelivery& delivery, std::string& out);
FileDelivery decode_file_delivery(ByteReader& in);  // check in.ok()

class RangeMemory {
 public:
  void add(const FileDelivery& delivery);
  const contracts::RangeSet* find(const FileKey& file) const;  // nullptr: nothing held
  // Empty `source_ids`: all of them.
  std::vector<contracts::Watermark> watermarks(const std::string& tenant,
                                               std::span<const std::string> source_ids) const;
  std::size_t forget_untouched_since(Nanos wall_ns);  // how many files
  std::size_t files() const { return files_.size(); }

  void encode(std::string& out) const;
  static RangeMemory decode(ByteReader& in);  // check in.ok()

 private:
  struct Held {
    contracts::RangeSet ranges;
    std::uint64_t records = 0;
    Nanos touched_ns = 0;
  };
  std::map<FileKey, Held> files_;
};

}  // namespace oc::stores
