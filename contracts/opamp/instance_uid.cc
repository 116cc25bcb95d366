#include "contracts/opamp/instance_uid.h"

#include <cstdint>

#include "base/ids.h"

namespace oc::contracts::opamp {

namespace {

constexpr std::size_t kUuidLength = 36;

bool is_dash_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

// -1: not a hex digit.
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string uuid_from_uid(std::string_view uid) {
  const auto hex = to_hex(uid);
  std::string uuid;
  for (const char digit : hex) {
    if (is_dash_place(uuid.size())) uuid += '-';
    uuid += digit;
  }
  return uuid;
}

Result<std::string> uid_from_uuid(std::string_view uuid) {
  const auto refused = permanent("'" + std::string(uuid.substr(0, kUuidLength)) + "' is not a UUID");
  if (uuid.size() != kUuidLength) return refused;
  std::string uid;
  for (std::size_t i = 0; i < uuid.size();) {
    if (is_dash_place(i)) {
      if (uuid[i++] != '-') return refused;
      continue;
    }
    const int high = hex_value(uuid[i]);
    const int low = hex_value(uuid[i + 1]);
    if (high < 0 || low < 0) return refused;
    uid += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return uid;
}

}  // namespace oc::contracts::opamp
