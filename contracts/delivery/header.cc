// The text of X-OneCollector-Delivery.
//   header = "v1 " entry *("," [" "] entry)
//   entry  = source "/" file "=" range *("+" range)      ranges ascending, at least one byte apart
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
  if (text.empty()) return permanent("there is no range after '='");
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
  OC_TRY_ASSIGN(file.ranges, parse_ranges(text.substr(equals + 1)));
  return file;
}

std::unexpected<Error> bad_header(const std::string& what) {
  return permanent(fmt::format("{}: {}", kDeliveryHeader, what), std::string(kNextStep));
}

}  // namespace

bool is_delivery_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxDeliveryIdBytes && std::ranges::all_of(id, is_id_character);
}

std::string encode_delivery(const std::vector<DeliveredFile>& files) {
  std::string header(kVersionPrefix);
  for (std::size_t i = 0; i < files.size(); ++i) {
    RangeSet joined;
    for (const auto& range : files[i].ranges) joined.add(range);
    fmt::format_to(std::back_inserter(header), "{}{}/{}=", i == 0 ? "" : ", ", files[i].source_id, files[i].file_id);
    std::string_view plus;
    for (const auto& range : joined.ranges()) {
      fmt::format_to(std::back_inserter(header), "{}{}-{}", std::exchange(plus, "+"), range.start, range.end);
    }
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
