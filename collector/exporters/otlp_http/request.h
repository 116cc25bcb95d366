// The content of one request: parts of batches, grouped by file, and what they look like on the wire.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/exporters/otlp_http/config.h"
#include "collector/pipeline/batch.h"

namespace oc::collector {

// Some records of a batch, with the bytes they and the gaps between them cover.
struct BatchPart {
  LogBatchPtr batch;
  std::size_t first = 0, count = 0;
  contracts::ByteRange range;

  static BatchPart whole(LogBatchPtr batch);
  // Two halves; for parts of two records and more.
  std::pair<BatchPart, BatchPart> halves() const;
  // The bytes of its range that were not left out.
  contracts::RangeSet carried() const;
  // At an offset inside the range where a record begins.
  std::pair<BatchPart, BatchPart> split_at(std::uint64_t offset) const;
  // Everything in the range is left out: what remains to be told of records that the sink refuses.
  bool refused = false;
};
using RequestParts = std::vector<BatchPart>;

std::size_t record_count(const RequestParts& parts);
// Splits the records in the middle, over all parts. For two records and more.
std::pair<RequestParts, RequestParts> split_request(const RequestParts& parts);
// Likewise, so that the delivery header gets shorter; nullopt where that cannot be.
std::optional<std::pair<RequestParts, RequestParts>> split_header(const RequestParts& parts);

struct EncodedRequest {
  std::string body;
  std::string delivery;  // the X-OneCollector-Delivery header; empty without `with_delivery`
};
// One ResourceLogs for each file, in the order of its first part. Parts of one file stay in order.
EncodedRequest encode_request(const RequestParts& parts, bool with_delivery,
                              RequestEncoding encoding = RequestEncoding::kProtobuf);

// What a part may add to the delivery header at most.
std::size_t delivery_bytes(const BatchPart& part);
std::size_t delivery_bytes(const RequestParts& parts);

// `level` is the method's own; nullopt: the cheapest.
Result<std::string> compress(std::string body, Compression compression, std::optional<int> level = std::nullopt);

}  // namespace oc::collector
