#include "stores/logs/columns/address_search.h"

#include <vector>

#include "stores/logs/columns/number_text.h"

namespace oc::stores::columns {

namespace {

std::vector<std::string_view> split_at_points(std::string_view piece) {
  std::vector<std::string_view> parts;
  for (std::size_t point = piece.find('.'); point != piece.npos; point = piece.find('.')) {
    parts.push_back(piece.substr(0, point));
    piece.remove_prefix(point + 1);
  }
  parts.push_back(piece);
  return parts;
}

Place place_of(bool from_begin, bool to_end) {
  if (from_begin) return to_end ? Place::kWhole : Place::kBegin;
  return to_end ? Place::kEnd : Place::kInside;
}

}  // namespace

AddressSearch::AddressSearch(std::string_view piece, Place place) {
  const std::vector<std::string_view> parts = split_at_points(piece);
  const bool from_begin = place == Place::kBegin || place == Place::kWhole;
  const bool to_end = place == Place::kEnd || place == Place::kWhole;
  std::uint8_t ways = 0;
  for (std::size_t first = 0; first + parts.size() <= kOctets; ++first)
    if ((first == 0 || !from_begin) && (first + parts.size() == kOctets || !to_end))
      ways |= static_cast<std::uint8_t>(1 << first);
  for (std::size_t octet = 0; octet < kOctets; ++octet) allow_others(octet, parts.size(), ways);
  for (std::size_t i = 0; i < parts.size(); ++i)
    allow(i, parts[i], place_of(i > 0 || from_begin, i + 1 < parts.size() || to_end), ways);
}

void AddressSearch::allow_others(std::size_t octet, std::size_t parts, std::uint8_t ways) {
  for (std::size_t first = 0; first < kOctets; ++first)
    if (octet >= first && octet < first + parts) ways &= static_cast<std::uint8_t>(~(1 << first));
  for (std::uint8_t& allowed : ways_[octet]) allowed |= ways;
}

void AddressSearch::allow(std::size_t part, std::string_view text, Place place, std::uint8_t ways) {
  for (unsigned value = 0; value < 256; ++value) {
    char octet[TextColumn::kSlack];
    const auto size = static_cast<std::size_t>(write_octet(octet, value) - octet);
    if (!is_at({octet, size}, text, place)) continue;
    for (std::size_t first = 0; first + part < kOctets; ++first)
      ways_[first + part][value] |= static_cast<std::uint8_t>(ways & 1 << first);
  }
}

}  // namespace oc::stores::columns
