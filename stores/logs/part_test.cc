// Parts of both versions, and what merging makes of them.
#include <random>

#include <gmock/gmock.h>
#include <zstd.h>

#include "stores/logs/block_rows.h"
#include "stores/logs/columns/line_shapes.h"
#include "stores/logs/encoded_labels.h"
#include "stores/logs/merge.h"
#include "stores/logs/part_file.h"
#include "stores/logs/part_format.h"
#include "stores/logs/row_block.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

using ::testing::ElementsAre;

struct PartRow {
  Nanos time_ns = 0;
  std::uint64_t arrival = 0;
  std::string line;
  query::Labels shared = {}, own = {};
  auto operator<=>(const PartRow&) const = default;
};

std::vector<query::LabelView> views(const query::Labels& labels) { return {labels.begin(), labels.end()}; }
query::Labels owned(Metadata pairs) { return {pairs.begin(), pairs.end()}; }

const std::filesystem::path kPath = "/store/part-0000000000000001";

std::shared_ptr<const Part> open_part(SimulatedFileSystem& files, StreamRegistry& registry,
                                      const std::filesystem::path& path = kPath) {
  auto part = Part::open(files, path, 1, registry);
  EXPECT_TRUE(part) << part.error().text();
  return part ? *part : nullptr;
}

void write_part(SimulatedFileSystem& files, const std::vector<PartRow>& rows, std::size_t block_bytes = 1 << 20,
                const std::filesystem::path& path = kPath) {
  const auto written = write_part_file(files, path, block_bytes, [&](PartWriter& writer) -> Status {
    OC_TRY(writer.begin_stream({{"service_name", "a"}}));
    for (const PartRow& row : rows)
      OC_TRY(writer.add(row.time_ns, row.arrival, row.line, views(row.shared), views(row.own)));
    return {};
  });
  ASSERT_TRUE(written) << written.error().text();
}

std::vector<PartRow> read_part(const Part& part) {
  std::vector<PartRow> read;
  for (const PartBlock& block : part.blocks()) {
    const auto rows = BlockRows::open(part, block);
    EXPECT_TRUE(rows) << rows.error().text();
    while (rows && (*rows)->next()) {
      std::vector<query::LabelView> own;
      EXPECT_TRUE((*rows)->own(own));
      read.push_back(
          {(*rows)->time_ns(), (*rows)->arrival(), std::string((*rows)->line()), owned((*rows)->shared()), owned(own)});
    }
  }
  return read;
}

// What version 1 wrote for two rows, as FORMAT.md has it.
std::string part_of_version_1() {
  RowBlockBuilder rows;
  const std::vector<query::LabelView> shared = {{"host", "h"}}, own = {{"offset", "0"}};
  rows.add(1'000, 7, "first line", rows.share(shared), own);
  rows.add(2'000, 9, std::string_view("\0\xFF", 2), {}, {});
  const std::string raw = rows.finish();
  std::string compressed(ZSTD_compressBound(raw.size()), '\0');
  compressed.resize(ZSTD_compress(compressed.data(), compressed.size(), raw.data(), raw.size(), 3));
  std::string out = "OCLOGPRT";
  put_fixed<std::uint32_t>(out, 1);
  put_fixed<std::uint32_t>(out, 0);
  const std::uint64_t block = out.size();
  out += compressed;
  std::string index;
  put_varint(index, 1);
  encode_labels(query::Labels{{"service_name", "a"}}, index);
  for (const std::uint64_t number :
       {std::uint64_t{1}, std::uint64_t{0}, block, std::uint64_t{compressed.size()}, std::uint64_t{raw.size()}})
    put_varint(index, number);
  put_fixed(index, checksum(compressed));
  put_varint(index, 2);
  put_varint(index, zigzag(1'000));
  put_varint(index, zigzag(2'000));
  std::string trailer;
  put_fixed<std::uint64_t>(trailer, out.size());
  put_fixed<std::uint64_t>(trailer, index.size());
  put_fixed(trailer, checksum(index));
  put_fixed<std::uint32_t>(trailer, 1);
  return out + index + trailer + "OCLOGPRT";
}

const std::vector<PartRow> kRowsOfVersion1 = {{1'000, 7, "first line", {{"host", "h"}}, {{"offset", "0"}}},
                                              {2'000, 9, std::string("\0\xFF", 2)}};

void put_version_1(SimulatedFileSystem& files) {
  auto file = files.create(kPath);
  ASSERT_TRUE(file);
  const std::string bytes = part_of_version_1();
  const std::string_view piece(bytes);
  ASSERT_TRUE((*file)->append(std::span(&piece, 1)));
  ASSERT_TRUE((*file)->sync());
}

TEST(PartOfVersion1, IsRead) {
  SimulatedFileSystem files;
  StreamRegistry registry;
  put_version_1(files);
  EXPECT_EQ(read_part(*open_part(files, registry)), kRowsOfVersion1);
}

TEST(PartOfVersion1, BecomesColumnsWhenMerged) {
  SimulatedFileSystem files;
  StreamRegistry registry;
  put_version_1(files);
  const std::vector parts = {open_part(files, registry)};
  ASSERT_TRUE(merge_parts(files, "/store/merged", parts, 1 << 20, {}));
  const auto merged = open_part(files, registry, "/store/merged");
  EXPECT_NE(merged->blocks()[0].directory_bytes, 0u);
  EXPECT_EQ(read_part(*merged), kRowsOfVersion1);
}

std::vector<PartRow> rows_of_a_file(std::size_t count, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  columns::LineShape lines("services", seed);
  std::vector<PartRow> rows;
  std::uint64_t offset = 4711;
  for (std::size_t i = 0; i < count; ++i) {
    std::string line = lines.next();
    const std::uint64_t next = offset + line.size() + 1;
    rows.push_back({lines.time_ns(),
                    1'000 + i,
                    std::move(line),
                    {{"host", "h"}},
                    {{"log_file_record_offset", std::to_string(offset)}}});
    if (random() % 7 == 0) rows.back().own.emplace_back("trace_id", std::to_string(random()));
    if (random() % 50 == 0) rows.back().shared = {};
    if (random() % 90 == 0) rows.back().own = {};
    offset = next;
  }
  return rows;
}

TEST(Part, RowsComeOutAsTheyCameIn) {
  SimulatedFileSystem files;
  StreamRegistry registry;
  auto rows = rows_of_a_file(5'000);
  rows.insert(rows.begin(), {INT64_MIN, 0, ""});
  rows.push_back({INT64_MAX, ~0ull, std::string(100'000, 'x'), {}, {{"log_file_record_offset", "007"}, {"z", ""}}});
  write_part(files, rows, 200'000);
  const auto part = open_part(files, registry);
  EXPECT_GT(part->blocks().size(), 2u);
  EXPECT_EQ(read_part(*part), rows);
}

TEST(Part, OffsetsOfConsecutiveLinesCostNothing) {
  SimulatedFileSystem files;
  StreamRegistry registry;
  auto with = rows_of_a_file(5'000), without = with;
  for (PartRow& row : with) row.own = {{"log_file_record_offset", row.own.empty() ? "5" : row.own[0].second}};
  for (PartRow& row : without) row.own = {};
  write_part(files, with);
  const auto size = [&](const Part& part) { return part.blocks()[0].compressed_bytes; };
  const auto with_size = size(*open_part(files, registry));
  write_part(files, without);
  EXPECT_LT(with_size, size(*open_part(files, registry)) + 2'000);
}

TEST(Part, FewRowsHaveTheMetadataThatAllRowsGiveThem) {
  SimulatedFileSystem files;
  StreamRegistry registry;
  const auto rows = rows_of_a_file(3'000);
  write_part(files, rows);
  const auto part = open_part(files, registry);
  std::mt19937_64 random(3);
  for (const std::uint64_t one_in : {2, 5, 100, 1'000}) {
    const auto block = part->open_columns(part->blocks()[0], Part::Reading::kByColumn);
    columns::RowSet wanted((*block)->rows());
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (random() % one_in == 0) wanted.add(i);
    auto metadata = (*block)->metadata(wanted);
    const auto lines = (*block)->lines().pick(wanted);
    ASSERT_TRUE(metadata && lines);
    std::size_t i = 0;
    wanted.for_each([&](std::size_t row) {
      std::vector<query::LabelView> own;
      metadata->own(i, own);
      EXPECT_EQ(owned(own), rows[row].own);
      EXPECT_EQ(owned(metadata->shared(i)), rows[row].shared);
      EXPECT_EQ((*lines)[i++], rows[row].line);
    });
  }
}

TEST(Part, MergingTakesLargeBlocksOverAndPacksSmallOnesTogether) {
  SimulatedFileSystem files;
  StreamRegistry registry;
  constexpr std::size_t kBlockBytes = 200'000;
  std::vector<std::shared_ptr<const Part>> parts;
  std::vector<PartRow> all;
  for (std::uint64_t i = 0; i < 4; ++i) {
    const auto rows = rows_of_a_file(1'500, i + 1);  // one large block and a rest
    const std::filesystem::path path = "/store/" + std::to_string(i);
    write_part(files, rows, kBlockBytes, path);
    parts.push_back(open_part(files, registry, path));
    all.insert(all.end(), rows.begin(), rows.end());
  }
  ASSERT_EQ(parts[0]->blocks().size(), 2u);
  ASSERT_TRUE(merge_parts(files, kPath, parts, kBlockBytes, {}));
  const auto merged = open_part(files, registry);
  EXPECT_THAT(merged->blocks()[0].checksum, parts[0]->blocks()[0].checksum);
  EXPECT_LT(merged->blocks().size(), 8u);
  auto merged_rows = read_part(*merged);
  std::ranges::sort(merged_rows);
  std::ranges::sort(all);
  EXPECT_EQ(merged_rows, all);
}

TEST(Part, AFlippedBitAnywhereInABlockIsDamage) {
  SimulatedFileSystem files;
  StreamRegistry registry;
  write_part(files, rows_of_a_file(2'000));
  const PartBlock block = open_part(files, registry)->blocks()[0];
  const std::string whole = *(*files.open(kPath))->read(0, 10 << 20);
  for (std::uint64_t at = block.offset; at < block.offset + block.compressed_bytes; at += block.compressed_bytes / 29) {
    std::string damaged = whole;
    damaged[at] ^= 4;
    auto file = files.create(kPath);
    const std::string_view piece(damaged);
    ASSERT_TRUE((*file)->append(std::span(&piece, 1)));
    ASSERT_TRUE((*file)->sync());
    const auto part = open_part(files, registry);
    EXPECT_FALSE(BlockRows::open(*part, part->blocks()[0]));
    EXPECT_FALSE(part->read_stored(part->blocks()[0]));
    // By columns the damage shows in the directory, or when its column is read.
    auto columns = part->open_columns(part->blocks()[0], Part::Reading::kByColumn);
    const bool all_read = columns && (*columns)->times() && (*columns)->arrivals() && (*columns)->lines().text() &&
                          (*columns)->metadata(columns::RowSet((*columns)->rows(), true));
    EXPECT_FALSE(all_read) << at;
  }
}

}  // namespace
}  // namespace oc::stores
