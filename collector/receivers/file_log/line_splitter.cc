#include "collector/receivers/file_log/line_splitter.h"

#include <algorithm>
#include <cstring>

namespace oc::collector {

namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view trim(std::string_view line) {
  while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  return line;
}

// Size of the record at the front of `rest`, its newline included; 0: it is not complete.
std::uint64_t record_size(std::string_view rest, std::uint64_t max_line_bytes) {
  const std::size_t window = std::min<std::uint64_t>(rest.size(), max_line_bytes + 1);
  if (const void* newline = std::memchr(rest.data(), '\n', window))
    return static_cast<const char*>(newline) - rest.data() + 1;
  return window > max_line_bytes ? max_line_bytes : 0;
}

}  // namespace

std::uint64_t split_lines(std::string_view bytes, std::uint64_t offset, const LineRules& rules,
                          std::vector<contracts::otlp::LogRecordView>& records) {
  auto cut = std::ranges::upper_bound(rules.cuts, offset);
  std::uint64_t done = 0;
  while (done < bytes.size()) {
    std::string_view rest = bytes.substr(done);
    std::uint64_t size = record_size(rest, rules.max_line_bytes);
    while (cut != rules.cuts.end() && *cut <= offset + done) ++cut;
    if (cut != rules.cuts.end()) {
      const std::uint64_t to_cut = *cut - (offset + done);
      if (to_cut <= rest.size() && (size == 0 || to_cut < size)) size = to_cut;
    }
    if (size == 0) break;
    if (const auto body = trim(rest.substr(0, size)); !body.empty()) records.push_back({body, offset + done});
    done += size;
  }
  return done;
}

}  // namespace oc::collector
