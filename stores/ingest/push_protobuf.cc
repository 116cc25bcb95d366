#include <fmt/format.h>
#include <protozero/pbf_reader.hpp>
#include <snappy.h>

#include "stores/ingest/label_text.h"
#include "stores/ingest/push_request.h"

namespace oc::stores {

namespace {

constexpr Nanos kNanosInSecond = 1'000'000'000;

// Fields of logproto's messages, with how they are written: others are skipped.
using Wire = protozero::pbf_wire_type;
constexpr std::uint32_t field(protozero::pbf_tag_type tag, Wire wire) { return protozero::tag_and_type(tag, wire); }
constexpr auto kStreams = field(1, Wire::length_delimited);
constexpr auto kLabels = field(1, Wire::length_delimited), kEntries = field(2, Wire::length_delimited);
constexpr auto kTimestamp = field(1, Wire::length_delimited), kLine = field(2, Wire::length_delimited),
               kMetadata = field(3, Wire::length_delimited);
constexpr auto kSeconds = field(1, Wire::varint), kNanos = field(2, Wire::varint);
constexpr auto kName = field(1, Wire::length_delimited), kValue = field(2, Wire::length_delimited);

// For a field that is not written as the message's own are. `names` are theirs, from tag 1 on: one of these is damaged.
Status skip_other(protozero::pbf_reader& message, std::initializer_list<const char*> names) {
  if (message.tag() <= names.size()) {
    return permanent(fmt::format("proto: wrong wireType = {} for field {}", static_cast<int>(message.wire_type()),
                                 names.begin()[message.tag() - 1]));
  }
  message.skip();
  return {};
}

std::string_view view_of(protozero::data_view data) { return {data.data(), data.size()}; }

// Of google.protobuf.Timestamp; what lies outside of its range is refused in the words of Go's library.
Result<Nanos> nanoseconds_of(std::int64_t seconds, std::int32_t nanos) {
  constexpr std::int64_t kYear1 = -62'135'596'800, kYear10000 = 253'402'300'800;
  const auto refuse = [&](std::string_view why) {
    return permanent(fmt::format("timestamp: &types.Timestamp{{Seconds: {},\nNanos: {},\n}}{}", seconds, nanos, why));
  };
  if (seconds < kYear1) return refuse(" before 0001-01-01");
  if (seconds >= kYear10000) return refuse(" after 10000-01-01");
  if (nanos < 0 || nanos >= kNanosInSecond) return refuse(": nanos not in range [0, 1e9)");
  // Beyond the years that nanoseconds reach, they wrap around.
  return static_cast<Nanos>(static_cast<std::uint64_t>(seconds) * kNanosInSecond + static_cast<std::uint64_t>(nanos));
}

Result<Nanos> read_time(protozero::pbf_reader message) {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case kSeconds:
        seconds = message.get_int64();
        break;
      case kNanos:
        nanos = static_cast<std::int32_t>(message.get_int64());
        break;
      default:
        OC_TRY(skip_other(message, {"Seconds", "Nanos"}));
    }
  }
  return nanoseconds_of(seconds, nanos);
}

Result<query::LabelView> read_pair(protozero::pbf_reader message) {
  query::LabelView pair;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case kName:
        pair.first = view_of(message.get_view());
        break;
      case kValue:
        pair.second = view_of(message.get_view());
        break;
      default:
        OC_TRY(skip_other(message, {"Name", "Value"}));
    }
  }
  return pair;
}

Result<PushedEntry> read_entry(protozero::pbf_reader message, PushRequest& request) {
  PushedEntry entry;
  entry.metadata_begin = static_cast<std::uint32_t>(request.metadata.size());
  while (message.next()) {
    switch (message.tag_and_type()) {
      case kTimestamp: {
        OC_TRY_ASSIGN(entry.time_ns, read_time(message.get_message()));
        break;
      }
      case kLine:
        entry.line = view_of(message.get_view());
        break;
      case kMetadata: {
        OC_TRY_ASSIGN(const auto pair, read_pair(message.get_message()));
        request.metadata.push_back(pair);
        break;
      }
      default:
        OC_TRY(skip_other(message, {"Timestamp", "Line", "StructuredMetadata"}));
    }
  }
  entry.metadata_end = static_cast<std::uint32_t>(request.metadata.size());
  return entry;
}

Status read_stream(protozero::pbf_reader message, PushRequest& request) {
  PushedStream stream;
  std::string_view labels;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case kLabels:
        labels = view_of(message.get_view());
        break;
      case kEntries: {
        OC_TRY_ASSIGN(const auto entry, read_entry(message.get_message(), request));
        stream.entries.push_back(entry);
        break;
      }
      default:
        OC_TRY(skip_other(message, {"Labels", "Entries"}));
    }
  }
  auto parsed = parse_label_text(labels);
  if (!parsed) return in_context(std::move(parsed).error(), "couldn't parse labels");
  stream.labels = std::move(*parsed);
  request.streams.push_back(std::move(stream));
  return {};
}

Result<std::string> decompress(std::string_view body) {
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(body.data(), body.size(), &size)) return permanent("snappy: corrupt input");
  if (size > kMaxPushBytes) {
    return permanent(fmt::format("message size larger than max ({} vs {})", size, kMaxPushBytes));
  }
  std::string out;
  if (!snappy::Uncompress(body.data(), body.size(), &out)) return permanent("snappy: corrupt input");
  return out;
}

}  // namespace

Result<PushRequest> read_push_protobuf(std::string_view body) {
  PushRequest request;
  OC_TRY_ASSIGN(auto message, decompress(body));
  const std::string& bytes = request.kept.emplace_back(std::move(message));
  try {
    protozero::pbf_reader reader(bytes);
    while (reader.next()) {
      if (reader.tag_and_type() == kStreams) {
        OC_TRY(read_stream(reader.get_message(), request));
      } else {
        OC_TRY(skip_other(reader, {"Streams"}));
      }
    }
  } catch (const protozero::exception& error) {
    return permanent(fmt::format("the push is not a logproto.PushRequest: {}", error.what()));
  }
  return request;
}

}  // namespace oc::stores
