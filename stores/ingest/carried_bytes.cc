#include "stores/ingest/carried_bytes.h"

#include <algorithm>

#include "base/utf8.h"

namespace oc::stores {

namespace {

// U+10FE80 to U+10FEFF, at the end of the last private plane: for the bytes from 0x80 on.
constexpr std::uint32_t kFirstCarrier = 0x10fe00;
constexpr std::string_view kCarrierBegin = "\xf4\x8f";
constexpr std::size_t kCarrierBytes = 4;

bool begins_with_carrier(std::string_view text) {
  return text.size() >= kCarrierBytes && text.starts_with(kCarrierBegin) && (text[2] == '\xba' || text[2] == '\xbb');
}

}  // namespace

std::string carry_bytes(std::string_view json) {
  std::string carried;
  carried.reserve(json.size() + json.size() / 8);
  while (!json.empty()) {
    const std::size_t length = utf8_length(json);
    if (length == 0 || begins_with_carrier(json)) {
      append_utf8(carried, kFirstCarrier + static_cast<unsigned char>(json.front()));
    } else {
      carried.append(json.substr(0, length));
    }
    json.remove_prefix(length == 0 || begins_with_carrier(json) ? 1 : length);
  }
  return carried;
}

std::string bytes_of(std::string_view carried) {
  std::string bytes;
  bytes.reserve(carried.size());
  while (!carried.empty()) {
    if (begins_with_carrier(carried)) {
      bytes += static_cast<char>((carried[2] & 0x3) << 6 | (carried[3] & 0x3f));
      carried.remove_prefix(kCarrierBytes);
    } else {
      const std::size_t plain = std::min(carried.find(kCarrierBegin[0], 1), carried.size());
      bytes.append(carried.substr(0, plain));
      carried.remove_prefix(plain);
    }
  }
  return bytes;
}

}  // namespace oc::stores
