#include "base/http/content_coding.h"

#include <gmock/gmock.h>
#include <zstd.h>

namespace oc::http {
namespace {

constexpr std::size_t kLimit = 1 << 20;

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

const std::string kText = [] {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}();

TEST(DecodeContent, UndoesGzipAndZstd) {
  EXPECT_EQ(decode_content("gzip", gzip(kText), kLimit), kText);
  EXPECT_EQ(decode_content("ZSTD", zstd(kText), kLimit), kText);
  EXPECT_EQ(decode_content("identity", kText, kLimit), kText);
  EXPECT_EQ(decode_content("gzip, zstd", zstd(gzip(kText)), kLimit), kText);
}

TEST(DecodeContent, TakesMembersThatFollowEachOther) {
  EXPECT_EQ(decode_content("gzip", gzip("one ") + gzip("two"), kLimit), "one two");
  EXPECT_EQ(decode_content("zstd", zstd("one ") + zstd("two"), kLimit), "one two");
}

TEST(DecodeContent, TakesDeflateWithAndWithoutItsHeader) {
  // "hello hello hello", as zlib and as raw deflate.
  const std::string raw("\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x90\x00", 10);
  EXPECT_EQ(decode_content("deflate", raw, kLimit), "hello hello hello");
  EXPECT_EQ(decode_content("deflate", "\x78\x9c" + raw + "\x3a\x2e\x06\x7d", kLimit), "hello hello hello");
}

TEST(DecodeContent, LeavesSnappyToTheHandler) { EXPECT_EQ(decode_content("snappy", "as sent", kLimit), "as sent"); }

TEST(DecodeContent, RefusesABombBeforeItUnfolds) {
  const std::string zeros(16 << 20, '\0');
  EXPECT_EQ(decode_content("gzip", gzip(zeros), kLimit).error(), DecodeFailure::kTooLarge);
  EXPECT_EQ(decode_content("zstd", zstd(zeros), kLimit).error(), DecodeFailure::kTooLarge);
  EXPECT_EQ(decode_content("gzip, gzip", gzip(gzip(zeros)), kLimit).error(), DecodeFailure::kTooLarge);
  EXPECT_EQ(decode_content("gzip, gzip, gzip", "x", kLimit).error(), DecodeFailure::kUnknownCoding);
}

TEST(DecodeContent, RefusesTruncatedAndForeignBytes) {
  for (const std::string coding : {"gzip", "zstd", "deflate"}) {
    auto half = coding == "zstd" ? zstd(kText) : gzip(kText);
    half.resize(half.size() / 2);
    EXPECT_EQ(decode_content(coding, half, kLimit).error(), DecodeFailure::kCorrupt) << coding;
    EXPECT_EQ(decode_content(coding, "not compressed", kLimit).error(), DecodeFailure::kCorrupt) << coding;
  }
  EXPECT_EQ(decode_content("br", "x", kLimit).error(), DecodeFailure::kUnknownCoding);
}

TEST(AcceptsGzip, ReadsNamesAndWeights) {
  EXPECT_TRUE(accepts_gzip("deflate, gzip;q=0.5, br"));
  EXPECT_TRUE(accepts_gzip("*"));
  EXPECT_FALSE(accepts_gzip(""));
  EXPECT_FALSE(accepts_gzip("br, deflate"));
  EXPECT_FALSE(accepts_gzip("gzip;q=0"));
  EXPECT_FALSE(accepts_gzip("gzip; q=0.000"));
}

}  // namespace
}  // namespace oc::http
