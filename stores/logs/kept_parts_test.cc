// A part of each version, as it was written when that version was new: they open for good.
#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "stores/logs/columns/block_reader.h"
#include "stores/logs/part.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

constexpr Nanos kFirst = 1'795'773'600'000'000'000, kBetween = 1'037'000'000;
constexpr int kRows = 40;

std::string kept_line(int i) {
  constexpr std::array kTexts = {"free text of no kind", "another one, shorter", "h\u00e9llo \"quoted\""};
  constexpr std::array kUsers = {"ann", "bob", "cy"};
  if (i % 5 == 4) return kTexts[static_cast<std::size_t>(i / 5 % 3)];
  return fmt::format("2026-11-27T10:00:{:02}.{:03}Z INFO id={:08x} from 10.1.{}.{} took={:.2f}ms n={} user={}", i,
                     i * 37 % 1000, static_cast<std::uint32_t>(i) * 2'654'435'761u, i, i * 7 % 256, i * 1.25, i * 991,
                     kUsers[static_cast<std::size_t>(i % 3)]);
}

std::string kept_metadata(int i, std::uint64_t offset) {
  const std::string trace = i % 7 == 0 ? fmt::format(" trace=t{}", i) : "";
  const std::string level = i % 5 == 4 ? "unknown" : "info";
  return fmt::format("detected_level={} host_name=h log_file_record_offset={}{}", level, offset, trace);
}

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

std::shared_ptr<const Part> opened(SimulatedFileSystem& files, StreamRegistry& registry, std::string_view hex) {
  const std::string bytes = bytes_of(hex);
  const std::string_view piece(bytes);
  auto file = files.create("/store/kept");
  if (!file || !(*file)->append(std::span(&piece, 1)) || !(*file)->sync()) return nullptr;
  return Part::open(files, "/store/kept", 1, registry).value_or(nullptr);
}

std::string text_of(std::vector<query::LabelView> pairs) {
  std::ranges::sort(pairs);
  return fmt::format("{}", fmt::join(pairs | std::views::transform([](const query::LabelView& pair) {
                                       return fmt::format("{}={}", pair.first, pair.second);
                                     }),
                                     " "));
}

void expect_kept_rows(std::string_view hex) {
  SimulatedFileSystem files;
  StreamRegistry registry;
  const auto part = opened(files, registry, hex);
  ASSERT_NE(part, nullptr);
  ASSERT_EQ(part->streams().size(), 1u);
  EXPECT_EQ(part->streams()[0]->labels, (query::Labels{{"service_name", "kept"}}));
  ASSERT_EQ(part->blocks().size(), 1u);
  const auto block = part->open_columns(part->blocks()[0], Part::Reading::kWhole);
  ASSERT_TRUE(block) << block.error().text();
  const auto times = (*block)->times();
  const auto lines = (*block)->lines().text();
  auto metadata = (*block)->metadata(columns::RowSet(kRows, true));
  ASSERT_TRUE(times && lines && metadata && (*times)->size() == kRows);
  std::uint64_t offset = 0;
  for (int i = 0; i < kRows; ++i) {
    const auto row = static_cast<std::size_t>(i);
    EXPECT_EQ((**times)[row], kFirst + i * kBetween);
    EXPECT_EQ((**lines)[row], kept_line(i));
    std::vector<query::LabelView> pairs;
    metadata->own(row, pairs);
    for (const auto& [name, value] : metadata->shared(row)) pairs.emplace_back(name, value);
    EXPECT_EQ(text_of(pairs), kept_metadata(i, offset));
    offset += kept_line(i).size() + 1;
  }
}

TEST(KeptParts, Version2) {
  expect_kept_rows(
      "4f434c4f47505254020000000000000028b52ffd601b04b514002622814bb0d46d3ae6ee343af8435cff4e8df34ecd88f07142bc"
      "6dddbb5c8209f005e1bf3876113d7de7e0f68d23415afbbfdd43655da1778349f25c6ba363c2c7e4286f1dacf1e7df7141da9632"
      "05610067006c001e80ff27dcefa70cde84c5acb789bb269079bba44953d537d84fba51f3e6b3ce9de05cf9ddfcda56063bd32fb5"
      "2849ded7ecbc327bbe6c8d46be2edc1a819acd606baf994d6536b5b393da2fd9da60e62b456f19327773c964e343536e25829915"
      "f555dcedbe138f92e3a34092640c8aced86c336529c1c606464707c6e572b90a7c2baa96994def0d43cb786bb5144ce569d3f396"
      "e8f862cd3b9eb64caf099b9934a0f19a2379c754834d476b4f928dfe7d204b1ffcfb0e7c9c5f7d260cbeb9f66b733dd766d63bf5"
      "2dfe69d1db55bf78a41818dff76ef14df62e1ef7457dde1bb5f5c1161fe8def4f517aff28b9ca4cbe502a8f8bc916fbb2729c480"
      "d383272517bb0421d761c58e1e4a1ca63c489d44430ebc10d444c86911e2c7052ac785001b0aa8972f006b8b3fa335cfcd0e8ef7"
      "915f0341b2165994883589c7cca26e0478b3a2d9c0e044518951c6480da90a265288444dc9e8109ae043638092d0d14c0c87ce29"
      "c6919b059595181293267663aa10294459e21017b254872a2127e986888a8cbc1f57c60b960f4fca0e0e901f54e6d6046275840b"
      "b204e6092c3243410c8f9ea11e16410d48b0c2ddeea1689ab03b2060023343237c1ae360423630035c4c0c86212851013f17548c"
      "98110260092531123c0ca22b32c2c939804403043b40ccc3791d7ef8c17720aaf7818721784b242285c54b8ab118d87e3b070efd"
      "07830c3f0d3c8478c73d831988705efba1afc3e09c2bffda86a6a496723cf18124ebccf6dbb6455ddd0628a3f06048685f7d1d34"
      "31cbf5863268a88a2c635d1401010c736572766963655f6e616d65046b657074010010a005b519da658145c17ed5d1a0059b0ada"
      "658145c17ed5d1288080b2d0e4a4efeb3180d3ebf991a7efeb31b0020000000000004200000000000000d466ade05a1e0f7f0200"
      "00004f434c4f47505254");
}

TEST(KeptParts, Version3) {
  expect_kept_rows(
      "4f434c4f47505254030000000000000028b52ffd601b04b514002622814bb0d46d3ae6ee343af8435cff4e8df34ecd88f07142bc"
      "6dddbb5c8209f005e1bf3876113d7de7e0f68d23415afbbfdd43655da1778349f25c6ba363c2c7e4286f1dacf1e7df7141da9632"
      "05610067006c001e80ff27dcefa70cde84c5acb789bb269079bba44953d537d84fba51f3e6b3ce9de05cf9ddfcda56063bd32fb5"
      "2849ded7ecbc327bbe6c8d46be2edc1a819acd606baf994d6536b5b393da2fd9da60e62b456f19327773c964e343536e25829915"
      "f555dcedbe138f92e3a34092640c8aced86c336529c1c606464707c6e572b90a7c2baa96994def0d43cb786bb5144ce569d3f396"
      "e8f862cd3b9eb64caf099b9934a0f19a2379c754834d476b4f928dfe7d204b1ffcfb0e7c9c5f7d260cbeb9f66b733dd766d63bf5"
      "2dfe69d1db55bf78a41818dff76ef14df62e1ef7457dde1bb5f5c1161fe8def4f517aff28b9ca4cbe502a8f8bc916fbb2729c480"
      "d383272517bb0421d761c58e1e4a1ca63c489d44430ebc10d444c86911e2c7052ac785001b0aa8972f006b8b3fa335cfcd0e8ef7"
      "915f0341b2165994883589c7cca26e0478b3a2d9c0e044518951c6480da90a265288444dc9e8109ae043638092d0d14c0c87ce29"
      "c6919b059595181293267663aa10294459e21017b254872a2127e986888a8cbc1f57c60b960f4fca0e0e901f54e6d6046275840b"
      "b204e6092c3243410c8f9ea11e16410d48b0c2ddeea1689ab03b2060023343237c1ae360423630035c4c0c86212851013f17548c"
      "98110260092531123c0ca22b32c2c939804403043b40ccc3791d7ef8c17720aaf7818721784b242285c54b8ab118d87e3b070efd"
      "07830c3f0d3c8478c73d831988705efba1afc3e09c2bffda86a6a496723cf18124ebccf6dbb6455ddd0628a3f06048685f7d1d34"
      "31cbf5863268a88a2c635d144028b52ffd204001020001010c736572766963655f6e616d65046b6570740110a005b519da658145"
      "c17ed5d1a0059b0ada658145c17ed5d10100288080b2d0e4a4efeb31c0e9dcd49601b0020000000000004a00000000000000f95f"
      "078cca9302e4030000004f434c4f47505254");
}

TEST(KeptParts, Version4) {
  expect_kept_rows(
      "4f434c4f47505254040000000000000028b52ffd6001034d1500f4252809019a1080c494c7c368010200010109686f73745f6e61"
      "6d6501680002070412000102799ce3491ee77892c7390801060000000005100072db3e01020000080000121e050dab5d1a009601"
      "667265652074657874206f66206e6f206b696e64616e6f74686572206f6e652c2073686f7274657268c3a96c6c6f202271756f74"
      "6564220b0a0518595959592d4d4d2d44445468683a6d6d3a73732e6666665a13cf0f00010ae8a38f3efa00e8a30f000920494e46"
      "4f2069643d03083002daa66d13b54cda266a99b44c4540215f1fe68e72fa8cfb85afd9d5ab8a8042be6526afd13fcd1ce4000620"
      "66726f6d200413aa0c808088a001031dd0f6011f000000540c0620746f6f6b3d0800026d7302000413ee0500052b706b5d0300e0"
      "c211040003206e3d02000513ba2e0003233443b94f0700000040e702000920757365723d616e6e0a0f00fae8039e3779b1538453"
      "d72e2ac0ea08d12dfde3779b1098c47536736ae2494e114f5c28b7bc6fde0496958e8415030080d33801409bc953fa01052b77f8"
      "9bc8ba07aeb6cc28be0f03239d0b000050799b0400cd50eed301626f623c6ef36217156075f1bbcd88cc623a9b81af14c15c5581"
      "d436fbeee711a25bfac6ef3620a195a3337c3c1046089c8888a0010533002743fcdcbe0102f6350a03f403052bc0d5961905805b"
      "eb1afc1e0323e85c000080cadb240863790071030e64657465637465645f6c6576656c166c6f675f66696c655f7265636f72645f"
      "6f66667365740574726163650203000102020001120001017ebfdfeff72802040107756e6b6e6f776e0104696e666f0028060008"
      "017400020002010e0000001a00b18580540a3f3084ef166fdd80e8ddeee35d9411e222be8b9cadc1b6d764d535e9e1c2081b57ca"
      "a6bc6653e638c511b599b8d90cb6b10c2eed512c32b0561341232c42f002504028b52ffd204001020001010c736572766963655f"
      "6e616d65046b6570740110b305b51908797169c6a280d6b305810808797169c6a280d60100288080b2d0e4a4efeb31c0e9dcd496"
      "01c3020000000000004a00000000000000c897ed4cb716e018040000004f434c4f47505254");
}

}  // namespace
}  // namespace oc::stores
