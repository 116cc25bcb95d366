// What a push carries, in the forms that Loki takes.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

// Views into what was read or into `kept`.
struct PushedEntry {
  Nanos time_ns = 0;
  std::string_view line;
  std::uint32_t metadata_begin = 0;  // [begin, end) of the request's metadata, as sent
  std::uint32_t metadata_end = 0;
};

struct PushedStream {
  query::Labels labels;  // as parse_label_text gives them
  std::vector<PushedEntry> entries;
};

struct PushRequest {
  std::vector<PushedStream> streams;
  std::vector<query::LabelView> metadata;
  std::deque<std::string> kept;
  std::shared_ptr<void> decoder;  // whose memory the views look at
};

inline constexpr std::size_t kMaxPushBytes = 64 << 20;  // decompressed; as the server bounds a body

// Each is bounded by the size of a request's body. Errors are what a client is told, with 400.
// {"streams": [{"stream": {…}, "values": [["ns", "line", {…}], …]}]}
Result<PushRequest> read_push_json(std::string_view body);
// /api/prom/push: {"streams": [{"labels": "{…}", "entries": [{"ts": "RFC 3339", "line": "…"}]}]}
Result<PushRequest> read_old_push_json(std::string_view body);
// logproto.PushRequest, compressed with snappy.
Result<PushRequest> read_push_protobuf(std::string_view body);

}  // namespace oc::stores
