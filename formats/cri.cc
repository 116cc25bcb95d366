#include "formats/cri.h"

#include "formats/find_timestamp.h"

namespace oc::formats {
namespace {

std::string_view take_word(std::string_view& rest) {
  const std::size_t end = rest.find(' ');
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return word;
}

}  // namespace

std::optional<CriLine> parse_cri_line(std::string_view line) {
  constexpr std::size_t kShortestTime = 20;
  if (line.size() < kShortestTime || line[4] != '-' || line[10] != 'T') return std::nullopt;
  CriLine out;
  out.time = take_word(line);
  out.stream = take_word(line);
  if (out.stream != "stdout" && out.stream != "stderr") return std::nullopt;
  const std::string_view tags = take_word(line);  // F or P; further tags would follow behind colons
  if (tags != "F" && tags != "P" && !tags.starts_with("F:") && !tags.starts_with("P:")) return std::nullopt;
  if (!timestamp_value(out.time)) return std::nullopt;
  out.complete = tags[0] == 'F';
  out.text = line;
  return out;
}

}  // namespace oc::formats
