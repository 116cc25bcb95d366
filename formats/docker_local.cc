#include "formats/docker_local.h"

#include <algorithm>

#include <protozero/pbf_reader.hpp>

namespace oc::formats {

namespace {

// Of what is no frame, at once.
constexpr std::uint64_t kMostSkipped = 4096;

// moby: api/types/plugins/logdriver/entry.proto
enum Field : protozero::pbf_tag_type { kSource = 1, kTimeNano = 2, kLine = 3, kPartial = 4, kPartialMetadata = 5 };
constexpr protozero::pbf_tag_type kIsLast = 1;  // of PartialLogEntryMetadata

std::string_view view_of(const protozero::data_view& view) { return {view.data(), view.size()}; }

bool is_last(protozero::pbf_reader metadata) {
  while (metadata.next(kIsLast, protozero::pbf_wire_type::varint)) return metadata.get_bool();
  return false;
}

DockerEntry read_entry(protozero::pbf_reader in) {
  using protozero::pbf_wire_type;
  DockerEntry out;
  bool partial = false, last = false;
  while (in.next()) {
    const auto tag = in.tag();
    const bool is_bytes = in.wire_type() == pbf_wire_type::length_delimited;
    const bool is_number = in.wire_type() == pbf_wire_type::varint;
    if (tag == kSource && is_bytes)
      out.stream = view_of(in.get_view());
    else if (tag == kTimeNano && is_number)
      out.time_ns = in.get_int64();
    else if (tag == kLine && is_bytes)
      out.text = view_of(in.get_view());
    else if (tag == kPartial && is_number)
      partial = in.get_bool();
    else if (tag == kPartialMetadata && is_bytes)
      last = is_last(in.get_message());
    else
      in.skip();
  }
  out.complete = !partial || last;
  return out;
}

std::uint32_t length_at(const char* bytes) {
  std::uint32_t length = 0;
  for (std::uint64_t i = 0; i < kDockerLengthBytes; ++i) length = length << 8 | static_cast<unsigned char>(bytes[i]);
  return length;
}

bool may_be_length(std::uint32_t length) { return length > 0 && length <= kMaxDockerEntryBytes; }

// The source comes first in each entry, and is "stdout" or "stderr".
constexpr std::string_view kEntryStart = "\x0a\x06";
constexpr std::uint64_t kFrameStartBytes = kDockerLengthBytes + kEntryStart.size();

bool may_be_frame(std::string_view bytes) {
  return bytes.substr(kDockerLengthBytes, kEntryStart.size()) == kEntryStart && may_be_length(length_at(bytes.data()));
}

}  // namespace

std::optional<DockerEntry> parse_docker_entry(std::string_view bytes) {
  try {
    const auto entry = read_entry(protozero::pbf_reader(bytes.data(), bytes.size()));
    if (entry.stream != "stdout" && entry.stream != "stderr") return std::nullopt;
    return entry;
  } catch (const protozero::exception&) {
    return std::nullopt;
  }
}

DockerPiece first_docker_piece(std::string_view bytes, std::uint64_t most_bytes) {
  if (bytes.size() < kFrameStartBytes) return {};
  const auto length = length_at(bytes.data());
  const std::uint64_t size = length + 2 * kDockerLengthBytes;
  if (may_be_frame(bytes) && size <= most_bytes) {
    if (bytes.size() < size) return {};
    if (length_at(bytes.data() + size - kDockerLengthBytes) == length)
      return {size, bytes.substr(kDockerLengthBytes, length)};
  }
  for (std::uint64_t at = 1; at + kFrameStartBytes <= bytes.size(); ++at)
    if (at == kMostSkipped || may_be_frame(bytes.substr(at))) return {at, {}};
  return {};
}

std::optional<std::uint64_t> start_of_docker_frame(std::uint64_t end, const ReadLength& read) {
  char bytes[kDockerLengthBytes];
  if (end < 2 * kDockerLengthBytes || !read(end - kDockerLengthBytes, bytes)) return std::nullopt;
  const auto length = length_at(bytes);
  const std::uint64_t size = length + 2 * kDockerLengthBytes;
  if (!may_be_length(length) || size > end || !read(end - size, bytes) || length_at(bytes) != length)
    return std::nullopt;
  return end - size;
}

}  // namespace oc::formats
