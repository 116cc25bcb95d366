// What one request appends: rows of some streams, and the byte ranges of files they came from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash_index.h"
#include "contracts/delivery/ranges.h"
#include "query/logql/log_reader.h"
#include "stores/logs/encoded_labels.h"

namespace oc::stores {

// There is one tenant so far; its name is in the range memory's keys, so that more can come.
inline constexpr std::string_view kOnlyTenant = "default";

// Rows are views: into the request's body, or into `kept`. Both must live until append() returned.
struct AppendBatch {
  struct Row {
    std::uint32_t stream = 0;  // what add_stream() gave
    std::uint32_t shared = 0;  // index into `shared_metadata`
    Nanos time_ns = 0;
    std::string_view line;
    std::uint32_t own_begin = 0;  // [begin, end) of `own_metadata`, sorted by name; stronger than the shared
    std::uint32_t own_end = 0;
    std::uint32_t file = kNoFile;     // index into `files`
    std::uint64_t record_offset = 0;  // in that file
  };
  static constexpr std::uint32_t kNoFile = ~0u;

  std::string tenant;
  std::vector<std::string_view> streams;                       // their labels, encoded
  std::vector<std::vector<query::LabelView>> shared_metadata;  // each sorted by name
  std::vector<query::LabelView> own_metadata;
  std::vector<Row> rows;  // in order of arrival
  std::vector<contracts::DeliveredFile> files;
  Arena kept;  // text made while mapping

  std::string_view keep(std::string_view text) { return kept.copy(text); }
  // Labels are sorted by name, names unique, values not empty. The same ones are the same stream.
  template <typename Pairs>
  std::uint32_t add_stream(const Pairs& labels) {
    stream_key.clear();
    encode_labels(labels, stream_key);
    const auto is_it = [this](std::uint32_t known) { return streams[known] == stream_key; };
    const std::uint32_t stream = stream_index.find_or_add(checksum(stream_key), is_it);
    if (stream == streams.size()) streams.push_back(keep(stream_key));
    return stream;
  }

  HashIndex stream_index;  // of `streams`
  std::string stream_key;  // kept for its memory
};

struct AppendResult {
  std::uint64_t stored = 0;
  std::uint64_t duplicates = 0;  // dropped: the store held their bytes already
};

}  // namespace oc::stores
