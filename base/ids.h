// Identifiers and the hashes they come from.
#pragma once

#include <string>
#include <string_view>

namespace oc {

// RFC 9562 version 4, from the kernel's random source: "0b2f6f3e-…".
std::string random_uuid();
// `bytes` random bytes as lower-case hex.
std::string random_hex(std::size_t bytes);
// The first 128 bits of SHA-256 as 32 hex digits; stable across versions and machines, so it may be stored and sent.
std::string stable_hash(std::string_view bytes);
std::string to_hex(std::string_view bytes);

}  // namespace oc
