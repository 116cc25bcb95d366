#include "base/http/content_coding.h"

#include <algorithm>
#include <memory>
#include <vector>

#include <strings.h>
#include <zlib.h>
#include <zstd.h>

namespace oc::http {

namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr std::size_t kMaxCodings = 2;  // nobody stacks more; each costs a pass over the body
constexpr int kZstdWindowLog = 23;      // 8 MB: what RFC 9659 lets a sender assume, and all the memory we give away

using Decoded = std::expected<std::string, DecodeFailure>;

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
  const auto first = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

std::vector<std::string_view> comma_list(std::string_view text) {
  std::vector<std::string_view> items;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (const auto item = trimmed(text.substr(0, end)); !item.empty()) items.push_back(item);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

struct InflateState {
  z_stream stream{};
  // 15 + 32: a zlib or gzip header, whichever is there; -15: none.
  explicit InflateState(bool has_header) { ::inflateInit2(&stream, has_header ? 15 + 32 : -15); }
  ~InflateState() { ::inflateEnd(&stream); }
  InflateState(const InflateState&) = delete;
  InflateState& operator=(const InflateState&) = delete;
};

// Many send "deflate" without the zlib header that RFC 9110 asks for.
bool has_inflate_header(std::string_view body) {
  if (body.size() < 2) return true;
  const unsigned first = static_cast<unsigned char>(body[0]), second = static_cast<unsigned char>(body[1]);
  constexpr unsigned kGzipMagic = 0x1f8b, kDeflateMethod = 8, kZlibCheck = 31;
  const unsigned both = first << 8 | second;
  return both == kGzipMagic || ((first & 0xf) == kDeflateMethod && both % kZlibCheck == 0);
}

Decoded inflate_all(std::string_view body, std::size_t limit) {
  InflateState state(has_inflate_header(body));
  z_stream& stream = state.stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  std::string output;
  char chunk[kChunkBytes];
  int result = Z_OK;
  while (result != Z_STREAM_END || stream.avail_in > 0) {
    if (result == Z_STREAM_END) ::inflateReset(&stream);  // RFC 1952: members may follow each other
    stream.next_out = reinterpret_cast<Bytef*>(chunk);
    stream.avail_out = sizeof chunk;
    result = ::inflate(&stream, Z_NO_FLUSH);
    const std::size_t produced = sizeof chunk - stream.avail_out;
    if (output.size() + produced > limit) return std::unexpected(DecodeFailure::kTooLarge);
    output.append(chunk, produced);
    const bool stuck = produced == 0 && stream.avail_in == 0 && result != Z_STREAM_END;
    if ((result != Z_OK && result != Z_STREAM_END) || stuck) return std::unexpected(DecodeFailure::kCorrupt);
  }
  return output;
}

Decoded zstd_all(std::string_view body, std::size_t limit) {
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(), &ZSTD_freeDStream);
  ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, kZstdWindowLog);
  std::string output;
  char chunk[kChunkBytes];
  ZSTD_inBuffer in{body.data(), body.size(), 0};
  std::size_t missing = 1;  // 0 once a frame is complete and written out
  bool chunk_was_full = false;
  while (in.pos < in.size || (missing != 0 && chunk_was_full)) {
    ZSTD_outBuffer out{chunk, sizeof chunk, 0};
    missing = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(missing)) return std::unexpected(DecodeFailure::kCorrupt);
    if (output.size() + out.pos > limit) return std::unexpected(DecodeFailure::kTooLarge);
    output.append(chunk, out.pos);
    chunk_was_full = out.pos == out.size;
  }
  if (missing != 0) return std::unexpected(DecodeFailure::kCorrupt);
  return output;
}

bool is_known(std::string_view coding) {
  constexpr std::string_view kKnown[] = {"gzip", "x-gzip", "deflate", "zstd", "identity", "snappy"};
  return std::ranges::any_of(kKnown, [&](std::string_view known) { return same(coding, known); });
}

Decoded decode_one(std::string_view coding, std::string body, std::size_t limit) {
  if (same(coding, "identity") || same(coding, "snappy")) return body;
  if (same(coding, "gzip") || same(coding, "x-gzip") || same(coding, "deflate")) return inflate_all(body, limit);
  if (same(coding, "zstd")) return zstd_all(body, limit);
  return std::unexpected(DecodeFailure::kUnknownCoding);
}

}  // namespace

bool is_known_coding_list(std::string_view codings) {
  const auto list = comma_list(codings);
  return list.size() <= kMaxCodings && std::ranges::all_of(list, is_known);
}

std::expected<std::string, DecodeFailure> decode_content(std::string_view codings, std::string body,
                                                         std::size_t limit_bytes) {
  if (!is_known_coding_list(codings)) return std::unexpected(DecodeFailure::kUnknownCoding);
  auto list = comma_list(codings);
  std::ranges::reverse(list);
  for (const auto coding : list) {
    auto decoded = decode_one(coding, std::move(body), limit_bytes);
    if (!decoded) return decoded;
    body = std::move(*decoded);
  }
  return body;
}

std::string gzip(std::string_view body) {
  z_stream stream{};
  ::deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);  // + 16: gzip header
  std::string output(::deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  ::deflate(&stream, Z_FINISH);
  output.resize(stream.total_out);
  ::deflateEnd(&stream);
  return output;
}

bool accepts_gzip(std::string_view accept_encoding) {
  return std::ranges::any_of(comma_list(accept_encoding), [](std::string_view item) {
    const auto semicolon = std::min(item.find(';'), item.size());
    const auto name = trimmed(item.substr(0, semicolon));
    const auto weight = trimmed(item.substr(std::min(semicolon + 1, item.size())));
    const bool forbidden = weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == weight.npos;
    return (same(name, "gzip") || name == "*") && !forbidden;
  });
}

}  // namespace oc::http
