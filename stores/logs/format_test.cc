// What an earlier version wrote is read: the files are made here byte by byte, as FORMAT.md had them in version 1.
#include <gmock/gmock.h>

#include "stores/logs/append_record.h"
#include "stores/logs/encoding.h"
#include "stores/logs/log_store_fixture.h"
#include "stores/logs/manifest.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

using ::testing::ElementsAre;

std::string delivery_of_version_1(std::uint64_t start, std::uint64_t end) {
  std::string out;
  for (const char* text : {"default", "s", "f"}) put_bytes(out, text);
  put_varint(out, 1);
  put_varint(out, zigzag(1000));
  put_varint(out, 1);
  put_varint(out, start);
  put_varint(out, end);
  return out;
}

std::string manifest_of_version_1() {
  std::string out = "OCLOGMAN";
  put_fixed<std::uint32_t>(out, 1);
  for (const std::uint64_t number : {2, 1, 1, 0})
    put_varint(out, number);  // next id, first WAL, next arrival, no parts
  put_varint(out, 1);
  out += delivery_of_version_1(0, 10);
  put_fixed(out, checksum(out));
  return out;
}

std::string wal_of_version_1() {
  constexpr std::uint64_t kSalt = 42;
  std::string out = "OCLOGWAL";
  put_fixed<std::uint32_t>(out, 1);
  put_fixed<std::uint32_t>(out, 0);
  put_fixed(out, kSalt);
  put_fixed(out, checksum(out));
  std::string record;
  put_varint(record, 0);  // no rows
  put_varint(record, 1);
  record += delivery_of_version_1(10, 20);
  std::string frame;
  put_fixed<std::uint32_t>(frame, 0x464C434F);
  put_fixed<std::uint32_t>(frame, 1);
  put_fixed<std::uint64_t>(frame, record.size());
  put_fixed<std::uint64_t>(frame, 1);
  put_fixed(frame, checksum(record));
  put_fixed(frame, checksum(frame, kSalt));
  return out + frame + record;
}

void put_file(SimulatedFileSystem& files, const std::string& name, const std::string& bytes) {
  auto file = files.create("/store/" + name);
  ASSERT_TRUE(file);
  const std::string_view piece(bytes);
  ASSERT_TRUE((*file)->append(std::span(&piece, 1)));
  ASSERT_TRUE((*file)->sync());
}

TEST(StoreFormat, AStoreOfVersion1OpensAndGoesOn) {
  SimulatedFileSystem files;
  put_file(files, "MANIFEST", manifest_of_version_1());
  put_file(files, wal_name(1), wal_of_version_1());
  ManualClock clock{1'000'000};
  MetricRegistry metrics;
  LogStoreOptions options;
  options.directory = "/store";
  options.background = false;
  const auto store = LogStore::open(options, metrics, files, clock);
  ASSERT_TRUE(store) << store.error().text();
  EXPECT_THAT((*store)->watermarks("default", {})[0].held.ranges(), ElementsAre(contracts::ByteRange{0, 20}));
  ASSERT_TRUE((*store)->append(TestBatch({}, {{"s", "f", {}, {{20, 30}}}}).batch()));
  EXPECT_THAT((*store)->watermarks("default", {})[0].left_out.ranges(), ElementsAre(contracts::ByteRange{20, 30}));
}

TEST(StoreFormat, ANewerManifestIsRefusedWithItsVersion) {
  std::string bytes = manifest_of_version_1();
  bytes[8] = 9;
  bytes.resize(bytes.size() - 8);
  put_fixed(bytes, checksum(bytes));
  const auto manifest = Manifest::decode(bytes, "MANIFEST");
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().message, "MANIFEST: version 9, this program reads 1 to 2");
}

TEST(RangeMemory, BeyondItsLimitTheOldestLeftOutRangesOfTheLargestFileCountAsHeld) {
  RangeMemory memory;
  const auto add = [&](const std::string& file, std::uint64_t count) {
    FileDelivery delivery{{"t", "s", file}, {}, 0, 1};
    for (std::uint64_t i = 0; i < count; ++i) delivery.left_out.push_back({i * 10, i * 10 + 5});
    memory.add(delivery);
  };
  add("small", 10);
  add("large", RangeMemory::kMaxLeftOutRanges);
  EXPECT_LE(memory.left_out_ranges(), RangeMemory::kMaxLeftOutRanges / 2 + 10);
  const auto large = memory.find({"t", "s", "large"}, {0, ~0ull}), small = memory.find({"t", "s", "small"}, {0, ~0ull});
  EXPECT_TRUE(large.held.contains(0));
  EXPECT_TRUE(large.left_out.contains(10 * (RangeMemory::kMaxLeftOutRanges - 1)));
  EXPECT_EQ(small.left_out.ranges().size(), 10u);
  EXPECT_TRUE(small.held.ranges().empty());
}

}  // namespace
}  // namespace oc::stores
