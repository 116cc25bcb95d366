#include <cstddef>
#include <cstdint>
#include <cstring>

#include "formats/docker_local.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::uint64_t kMost = 1 << 20;
  std::uint64_t at = 0;
  while (at < size) {
    const auto piece = oc::formats::first_docker_piece(bytes.substr(at), kMost);
    if (piece.size == 0) break;
    if (piece.size > size - at || piece.entry.size() > piece.size) __builtin_trap();
    const auto entry = oc::formats::parse_docker_entry(piece.entry);
    if (entry && entry->text.size() > piece.entry.size()) __builtin_trap();
    // A whole frame is found from its end, too.
    if (!piece.entry.empty()) {
      const auto start = oc::formats::start_of_docker_frame(at + piece.size, [&](std::uint64_t offset, char* into) {
        std::memcpy(into, bytes.data() + offset, oc::formats::kDockerLengthBytes);
        return true;
      });
      if (start != at) __builtin_trap();
    }
    at += piece.size;
  }
  return 0;
}
