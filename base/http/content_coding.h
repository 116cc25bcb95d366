// Content codings (RFC 9110, section 8.4) of requests and responses. Thread-safe.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace oc::http {

enum class DecodeFailure { kUnknownCoding, kTooLarge, kCorrupt };

// `codings` is the value of Content-Encoding, applied from last to first; `limit_bytes` bounds the output of each step,
// so that a small bomb cannot become a large body. snappy is handed on as it is: those who take it (Loki and Prometheus
// remote write) decode it themselves.
std::expected<std::string, DecodeFailure> decode_content(std::string_view codings, std::string body,
                                                         std::size_t limit_bytes);
bool is_known_coding_list(std::string_view codings);

// At the cheapest level: on loopback and LAN the network is faster than a better ratio.
std::string gzip(std::string_view body);
// Whether an Accept-Encoding value lets us answer with gzip (q=0 forbids).
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace oc::http
