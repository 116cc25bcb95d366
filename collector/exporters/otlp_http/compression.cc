#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include "collector/exporters/otlp_http/request.h"

namespace oc::collector {

namespace {

// The cheapest levels: a log line costs more in CPU than on the wire.
constexpr int kGzipLevel = Z_BEST_SPEED;
constexpr int kZstdLevel = 1;
constexpr int kGzipWindowBits = 15 + 16;  // zlib: +16 writes a gzip header

Result<std::string> gzip(const std::string& body) {
  z_stream stream{};
  if (deflateInit2(&stream, kGzipLevel, Z_DEFLATED, kGzipWindowBits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return retryable("gzip: out of memory");
  std::string packed(deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) return permanent(fmt::format("gzip failed with code {}", result));
  return packed;
}

Result<std::string> zstd(const std::string& body) {
  std::string packed(ZSTD_compressBound(body.size()), '\0');
  const auto size = ZSTD_compress(packed.data(), packed.size(), body.data(), body.size(), kZstdLevel);
  if (ZSTD_isError(size)) return permanent(fmt::format("zstd: {}", ZSTD_getErrorName(size)));
  packed.resize(size);
  return packed;
}

}  // namespace

Result<std::string> compress(std::string body, Compression compression) {
  switch (compression) {
    case Compression::kNone:
      return body;
    case Compression::kGzip:
      return gzip(body);
    case Compression::kZstd:
      return zstd(body);
  }
  return body;
}

}  // namespace oc::collector
