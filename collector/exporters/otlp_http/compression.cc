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

constexpr int kZlibWindowBits = 15;

// With a gzip or a zlib header, by the window bits.
Result<std::string> deflated(const std::string& body, int level, int window_bits) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
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

Result<std::string> zstd(const std::string& body, int level) {
  std::string packed(ZSTD_compressBound(body.size()), '\0');
  const auto size = ZSTD_compress(packed.data(), packed.size(), body.data(), body.size(), level);
  if (ZSTD_isError(size)) return permanent(fmt::format("zstd: {}", ZSTD_getErrorName(size)));
  packed.resize(size);
  return packed;
}

}  // namespace

Result<std::string> compress(std::string body, Compression compression, std::optional<int> level) {
  switch (compression) {
    case Compression::kNone:
      return body;
    case Compression::kGzip:
      return deflated(body, level.value_or(kGzipLevel), kGzipWindowBits);
    case Compression::kZlib:
      return deflated(body, level.value_or(kGzipLevel), kZlibWindowBits);
    case Compression::kZstd:
      return zstd(body, level.value_or(kZstdLevel));
  }
  return body;
}

}  // namespace oc::collector
