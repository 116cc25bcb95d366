#include "collector/receivers/file_log/frame_splitter.h"

#include <algorithm>

#include "formats/docker_local.h"

namespace oc::collector {

std::uint64_t split_frames(std::string_view bytes, std::uint64_t offset, const LineRules& rules,
                           std::span<const std::uint64_t> cuts, std::vector<contracts::otlp::LogRecordView>& records) {
  auto cut = std::ranges::upper_bound(cuts, offset);
  std::uint64_t done = 0;
  while (done < bytes.size()) {
    const auto rest = bytes.substr(done);
    auto piece = formats::first_docker_piece(rest, rules.max_line_bytes);
    while (cut != cuts.end() && *cut <= offset + done) ++cut;
    if (cut != cuts.end()) {
      const std::uint64_t to_cut = *cut - (offset + done);
      if (to_cut <= rest.size() && (piece.size == 0 || to_cut < piece.size)) piece = {to_cut, {}};
    }
    if (piece.size == 0) break;
    records.push_back({piece.entry.empty() ? rest.substr(0, piece.size) : piece.entry, offset + done});
    done += piece.size;
  }
  return done;
}

}  // namespace oc::collector
