// The text of X-OneCollector-Delivery.
//   header = "v1 " entry *("," [" "] entry)
//   entry  = source "/" file "=" [ranges] ["!" ranges]   carried, left out; one of them at least, no byte in both
//   ranges = range *("+" range)                           ascending, at least one byte apart
//   range  = start "-" end                                decimal, start < end
#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "contracts/delivery/ranges.h"

namespace oc::contracts {

namespace {

constexpr std::string_view kVersionPrefix = "v1 ";
constexpr std::string_view kNextStep = "the form is described in docs/delivery.md";

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == ':' || c == '-';
}

// What stands before `separator`, taken off `rest`; all of `rest` where there is none.
std::string_view take_until(std::string_view& rest, char separator) {
  const auto at = rest.find(separator);
  const auto part = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return part;
}

std::optional<std::uint64_t> parse_offset(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// For messages: what a hostile peer sent is not repeated at length, nor are control characters.
std::string excerpt(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, 40)) shown += c >= ' ' && c <= '~' ? c : '?';
  return "'" + shown + (text.size() > 40 ? "…'" : "'");
}

Result<ByteRange> parse_range(std::string_view text) {
  const auto dash = text.find('-');
  const auto start = parse_offset(text.substr(0, dash));
  const auto end = dash == std::string_view::npos ? std::nullopt : parse_offset(text.substr(dash + 1));
  if (!start || !end) return permanent(excerpt(text) + " is not a range START-END");
  if (*start >= *end) return permanent("the range " + excerpt(text) + " is empty or runs backwards");
  return ByteRange{*start, *end};
}

Result<std::vector<ByteRange>> parse_ranges(std::string_view text) {
  std::vector<ByteRange> ranges;
  if (text.ends_with('+')) return permanent("the list of ranges ends with '+'");
  while (!text.empty()) {
    OC_TRY_ASSIGN(const ByteRange range, parse_range(take_until(text, '+')));
    if (!ranges.empty() && range.start <= ranges.back().end) {
      return permanent(fmt::format("the range {}-{} does not lie beyond the one before it", range.start, range.end));
    }
    ranges.push_back(range);
  }
  return ranges;
}

// Carried ranges, and after '!' those left out.
Status parse_lists(std::string_view text, DeliveredFile& file) {
  const auto bang = text.find('!');
  if (text.empty()) return permanent("there is no range after '='");
  if (bang != std::string_view::npos && bang + 1 == text.size()) return permanent("there is no range after '!'");
  OC_TRY_ASSIGN(file.ranges, parse_ranges(text.substr(0, bang)));
  if (bang == std::string_view::npos) return {};
  OC_TRY_ASSIGN(file.left_out, parse_ranges(text.substr(bang + 1)));
  auto carried = file.ranges.begin();
  for (const auto& range : file.left_out) {
    while (carried != file.ranges.end() && carried->end <= range.start) ++carried;
    if (carried != file.ranges.end() && carried->start < range.end)
      return permanent(fmt::format("the range {}-{} is both carried and left out", range.start, range.end));
  }
  return {};
}

Result<DeliveredFile> parse_entry(std::string_view text) {
  DeliveredFile file;
  const auto equals = text.find('=');
  const auto slash = text.substr(0, equals).find('/');
  if (equals == std::string_view::npos || slash == std::string_view::npos) {
    return permanent(excerpt(text) + " is not SOURCE/FILE=RANGES");
  }
  file.source_id = text.substr(0, slash);
  file.file_id = text.substr(slash + 1, equals - slash - 1);
  if (!is_delivery_id(file.source_id)) return permanent(excerpt(file.source_id) + " is not a source id");
  if (!is_delivery_id(file.file_id)) return permanent(excerpt(file.file_id) + " is not a file id");
  OC_TRY(parse_lists(text.substr(equals + 1), file));
  return file;
}

std::unexpected<Error> bad_header(const std::string& what) {
  return permanent(fmt::format("{}: {}", kDeliveryHeader, what), std::string(kNextStep));
}

}  // namespace

bool is_delivery_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxDeliveryIdBytes && std::ranges::all_of(id, is_id_character);
}

namespace {

RangeSet joined(const std::vector<ByteRange>& ranges) {
  RangeSet set;
  for (const auto& range : ranges) set.add(range);
  return set;
}

void append_ranges(std::string& header, const RangeSet& set) {
  std::string_view plus;
  for (const auto& range : set.ranges())
    fmt::format_to(std::back_inserter(header), "{}{}-{}", std::exchange(plus, "+"), range.start, range.end);
}

}  // namespace

std::string encode_delivery(const std::vector<DeliveredFile>& files) {
  std::string header(kVersionPrefix);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const RangeSet carried = joined(files[i].ranges);
    RangeSet left_out = joined(files[i].left_out);
    left_out.remove(carried);
    fmt::format_to(std::back_inserter(header), "{}{}/{}=", i == 0 ? "" : ", ", files[i].source_id, files[i].file_id);
    append_ranges(header, carried);
    if (!left_out.ranges().empty()) header += '!';
    append_ranges(header, left_out);
  }
  return header;
}

Result<std::vector<DeliveredFile>> decode_delivery(std::string_view header) {
  if (header.size() > kMaxDeliveryHeaderBytes) {
    return bad_header(fmt::format("{} bytes, at most {} are read", header.size(), kMaxDeliveryHeaderBytes));
  }
  if (!header.starts_with(kVersionPrefix)) return bad_header("does not begin with 'v1 '");
  header.remove_prefix(kVersionPrefix.size());
  std::vector<DeliveredFile> files;
  bool more = true;
  while (more) {
    more = header.find(',') != std::string_view::npos;
    auto entry = parse_entry(take_until(header, ','));
    if (!entry) return bad_header(fmt::format("entry {}: {}", files.size() + 1, entry.error().message));
    files.push_back(std::move(*entry));
    if (header.starts_with(' ')) header.remove_prefix(1);
  }
  return files;
}

}  // namespace oc::contracts
