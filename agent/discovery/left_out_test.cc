#include "agent/discovery/left_out.h"

#include <gtest/gtest.h>

namespace oc::agent {
namespace {

using namespace std::string_view_literals;

std::optional<LeftOut> by_name(std::string_view path) {
  const auto file = left_out_by_name(path);
  return file ? std::optional(file->reason) : std::nullopt;
}

TEST(LeftOut, CompressedFilesByTheirEnding) {
  for (const auto* name : {"/a/x.gz", "/a/x.log.1.xz", "/a/x.bz2", "/a/x.zst", "/a/x.lz4", "/a/x.zip"})
    EXPECT_EQ(by_name(name), LeftOut::kCompressed) << name;
}

TEST(LeftOut, RecordsOfLoginsByTheirNameEvenWhileTheyAreEmpty) {
  for (const auto* name : {"/var/log/wtmp", "/var/log/btmp", "/var/log/lastlog"})
    EXPECT_EQ(by_name(name), LeftOut::kBinary) << name;
  EXPECT_EQ(by_name("/var/log/wtmp.txt"), std::nullopt);
}

TEST(LeftOut, TemporaryFilesOfEditors) {
  for (const auto* name : {"/a/.x.log.swp", "/a/x.log~", "/a/.#x.log", "/a/#x.log#"})
    EXPECT_EQ(by_name(name), LeftOut::kEditor) << name;
}

TEST(LeftOut, NamesThatNoConfigCanCarry) {
  EXPECT_EQ(by_name("/a/\xff.log"), LeftOut::kBadName);
  EXPECT_EQ(by_name("/a/\xc0\xaf.log"), LeftOut::kBadName);
  EXPECT_EQ(by_name("/a/\xed\xa0\x80.log"), LeftOut::kBadName);
  EXPECT_EQ(by_name("/a/grüße.log"), std::nullopt);
}

TEST(LeftOut, CompressedAndJournalFilesByTheirFirstBytes) {
  EXPECT_EQ(left_out_by_magic("\x1f\x8b\x08\x00"sv), LeftOut::kCompressed);
  EXPECT_EQ(left_out_by_magic("\x28\xb5\x2f\xfd"sv), LeftOut::kCompressed);
  EXPECT_EQ(left_out_by_magic("LPKSHHRH"sv), LeftOut::kBinary);
  EXPECT_EQ(left_out_by_magic("BZh91AY&SY"sv), LeftOut::kCompressed);
}

TEST(LeftOut, TextThatOnlyBeginsLikeACompressedFormatIsALog) {
  EXPECT_EQ(left_out_by_magic("BZhello world, a line"sv), std::nullopt);
  EXPECT_EQ(left_out_by_magic(""sv), std::nullopt);
}

}  // namespace
}  // namespace oc::agent
