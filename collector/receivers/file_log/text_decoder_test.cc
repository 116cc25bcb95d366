#include "collector/receivers/file_log/text_decoder.h"

#include <gtest/gtest.h>

namespace oc::collector {
namespace {

std::string decoded(const std::string& encoding, std::string_view bytes) {
  Arena arena;
  auto decoder = TextDecoder::open(encoding);
  return decoder ? std::string(decoder->decode(bytes, arena)) : decoder.error().message;
}

TEST(TextDecoder, ReadsOtherEncodings) {
  EXPECT_EQ(decoded("utf-16le", std::string_view("h\0\xFC\0\x3D\xD8\0\xDE", 8)), "hü😀");
  EXPECT_EQ(decoded("windows-1252", "\x80 \xFC"), "€ ü");
  EXPECT_EQ(decoded("gbk", "\xC4\xE3\xBA\xC3"), "你好");
  EXPECT_EQ(decoded("big5", "\xA7\x41"), "你");
}

TEST(TextDecoder, WhatIsNoTextOfItIsReplaced) {
  EXPECT_EQ(decoded("ascii", "a\xC3\xBC b"), "a\uFFFD\uFFFD b");
  EXPECT_EQ(decoded("utf-16le", std::string_view("a\0b", 3)), "a\uFFFD");
  EXPECT_EQ(decoded("gbk", "a\xC4"), "a\uFFFD");
}

TEST(TextDecoder, AnEncodingNobodyKnowsIsRefused) {
  EXPECT_EQ(decoded("klingon", ""), "'klingon' is no encoding that is known here");
}

}  // namespace
}  // namespace oc::collector
