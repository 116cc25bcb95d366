// Cuts the bytes of a file of frames into records, one a frame (framing: docker_local).
#pragma once

#include "collector/receivers/file_log/line_splitter.h"

namespace oc::collector {

// As split_lines(), but a record's body is the entry of a frame, and what is no frame, torn or overwritten, is a record
// as it is, so that it is seen. The bodies are no text: the container operator makes text of them.
std::uint64_t split_frames(std::string_view bytes, std::uint64_t offset, const LineRules& rules,
                           std::span<const std::uint64_t> cuts, std::vector<contracts::otlp::LogRecordView>& records);

}  // namespace oc::collector
