#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/http/content_coding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLimit = 1 << 16;
  const std::string body(reinterpret_cast<const char*>(data), size);
  for (const char* coding : {"gzip", "deflate", "zstd", "gzip, zstd"}) {
    const auto decoded = oc::http::decode_content(coding, body, kLimit);
    if (decoded && decoded->size() > kLimit) std::abort();
  }
  oc::http::accepts_gzip(body);
  return 0;
}
