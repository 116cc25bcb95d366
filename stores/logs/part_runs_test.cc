// Parts of many streams with few rows each: they share blocks, and come out as if they had blocks of their own.
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <zstd.h>

#include "stores/logs/block_rows.h"
#include "stores/logs/columns/block_writer.h"
#include "stores/logs/encoded_labels.h"
#include "stores/logs/merge.h"
#include "stores/logs/part_file.h"
#include "stores/logs/part_format.h"
#include "stores/logs/part_index.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

constexpr std::size_t kRunsBlockBytes = 160'000;
using LinesOfStreams = std::map<query::Labels, std::vector<std::string>>;  // in order of time

query::Labels small_stream(int number) { return {{"service_name", "s" + std::to_string(number)}}; }

std::shared_ptr<const Part> opened_part(SimulatedFileSystem& files, StreamRegistry& registry, const std::string& name) {
  auto part = Part::open(files, "/store/" + name, 1, registry);
  EXPECT_TRUE(part) << part.error().text();
  return part ? *part : nullptr;
}

// A line a time; `rows` of them for each stream.
std::shared_ptr<const Part> part_of(SimulatedFileSystem& files, StreamRegistry& registry, const std::string& name,
                                    const std::map<int, int>& rows_of_streams, Nanos first) {
  const auto written = write_part_file(files, "/store/" + name, kRunsBlockBytes, [&](PartWriter& writer) -> Status {
    for (const auto& [number, rows] : rows_of_streams) {
      OC_TRY(writer.begin_stream(small_stream(number)));
      const std::vector<query::LabelView> shared = {{"file", "f"}};
      for (Nanos time = first; time < first + rows; ++time) {
        const std::string line = "line " + std::to_string(time) + " of " + std::to_string(number);
        OC_TRY(writer.add(time, 1, writer.keep(line), shared, {}));
      }
    }
    return {};
  });
  EXPECT_TRUE(written);
  return opened_part(files, registry, name);
}

std::map<int, int> few_rows_each(int streams, int rows = 3) {
  std::map<int, int> few;
  for (int number = 0; number < streams; ++number) few[number] = rows;
  return few;
}

LinesOfStreams lines_of(const Part& part) {
  std::map<query::Labels, std::map<Nanos, std::string>> found;
  for (const PartBlock& block : part.blocks()) {
    auto rows = BlockRows::open(part, block);
    EXPECT_TRUE(rows);
    for (const PartRun& run : part.runs_of(block))
      for (std::uint32_t i = 0; i < run.rows; ++i) {
        EXPECT_TRUE((*rows)->next());
        EXPECT_GE((*rows)->time_ns(), run.first_ns);
        EXPECT_LE((*rows)->time_ns(), run.last_ns);
        found[part.streams()[run.stream]->labels].emplace((*rows)->time_ns(), (*rows)->line());
      }
    EXPECT_FALSE((*rows)->next());
  }
  LinesOfStreams lines;
  for (auto& [labels, rows] : found)
    for (auto& [time, line] : rows) lines[labels].push_back(line);
  return lines;
}

LinesOfStreams expected(const std::map<int, int>& rows_of_streams, Nanos end, Nanos step) {
  LinesOfStreams lines;
  for (Nanos first = 0; first < end; first += step)
    for (const auto& [number, rows] : rows_of_streams)
      for (Nanos time = first; time < first + rows; ++time)
        lines[small_stream(number)].push_back("line " + std::to_string(time) + " of " + std::to_string(number));
  return lines;
}

TEST(PartRuns, StreamsWithFewRowsShareBlocks) {
  SimulatedFileSystem files;
  StreamRegistry registry;
  const auto part = part_of(files, registry, "few", few_rows_each(2'000), 0);
  EXPECT_LT(part->blocks().size(), 60u);
  EXPECT_EQ(lines_of(*part), expected(few_rows_each(2'000), 1, 1));
}

TEST(PartRuns, AStreamWithManyRowsHasBlocksOfItsOwnBesideThem) {
  SimulatedFileSystem files;
  StreamRegistry registry;
  auto rows = few_rows_each(20);
  rows[7] = 20'000;
  const auto part = part_of(files, registry, "mixed", rows, 0);
  EXPECT_TRUE(std::ranges::any_of(part->blocks(), [](const PartBlock& block) { return block.runs == 1; }));
  EXPECT_EQ(lines_of(*part), expected(rows, 1, 1));
}

TEST(PartRuns, MergedTheyShareBlocksStill) {
  SimulatedFileSystem files;
  StreamRegistry registry;
  auto rows = few_rows_each(1'000);
  rows[500] = 5'000;
  std::vector<std::shared_ptr<const Part>> parts;
  for (const Nanos first : {0, 10'000, 20'000})
    parts.push_back(part_of(files, registry, std::to_string(first), rows, first));
  ASSERT_TRUE(merge_parts(files, "/store/merged", parts, kRunsBlockBytes, {}));
  const auto merged = opened_part(files, registry, "merged");
  EXPECT_LT(merged->blocks().size(), parts[0]->blocks().size() * 3 + 1);
  // A stream has one, or two where a block was full in the midst of it.
  EXPECT_LE(merged->runs().size(), 1'000 + merged->blocks().size());
  EXPECT_EQ(lines_of(*merged), expected(rows, 30'000, 10'000));
}

TEST(PartRuns, AnIndexOfAnyBytesIsAnErrorOrConsistent) {
  PartIndex index;
  std::mt19937_64 random(5);
  for (int number = 0; number < 40; ++number) encode_labels(small_stream(number), index.labels);
  index.streams = 40;
  for (std::uint32_t block = 0; block < 4; ++block) {
    index.blocks.push_back(
        {.offset = block * 100, .compressed_bytes = 100, .directory_bytes = 9, .first_run = block * 10, .runs = 10});
    for (std::uint32_t run = 0; run < 10; ++run)
      index.runs.push_back({.stream = block * 10 + run, .rows = 3, .first_ns = run, .last_ns = INT64_MAX});
  }
  const std::string whole = encode_index(index);
  ASSERT_EQ(decode_index(whole, part_format::kVersion)->runs.size(), 40u);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = whole;
    bytes[random() % bytes.size()] = static_cast<char>(random());
    if (round % 3 == 0) bytes.resize(random() % bytes.size());
    for (const std::uint32_t version : {1, 2, 3, 4}) {
      const auto decoded = decode_index(bytes, version);
      if (!decoded) continue;
      for (const PartBlock& block : decoded->blocks) {
        ASSERT_LE(block.first_run + std::size_t{block.runs}, decoded->runs.size());
        for (const PartRun& run : std::span(decoded->runs).subspan(block.first_run, block.runs)) {
          ASSERT_LT(run.stream, decoded->streams);
          ASSERT_LE(run.first_row + run.rows, block.bounds.rows);
        }
      }
    }
  }
}

// It had no bytes of runs.
TEST(PartRuns, OfVersion3ShareTheBytesOfTheirBlock) {
  std::string raw;
  put_varint(raw, 2);  // streams
  for (const char* name : {"a", "b"}) encode_labels(query::Labels{{"service_name", name}}, raw);
  put_varint(raw, 1);                                                         // blocks
  for (const std::uint64_t number : {16, 100, 400}) put_varint(raw, number);  // offset, compressed bytes, bytes
  put_fixed<std::uint64_t>(raw, 5);
  for (const std::uint64_t number : {20, 30}) put_varint(raw, number);  // of the directory
  put_fixed<std::uint64_t>(raw, 6);
  put_varint(raw, 2);  // runs: stream, rows, first and last time
  for (const std::uint64_t number : {0, 1, 20, 0}) put_varint(raw, number);
  for (const std::uint64_t number : {1, 3, 0, 5}) put_varint(raw, number);
  std::string bytes, compressed(ZSTD_compressBound(raw.size()), '\0');
  put_varint(bytes, raw.size());
  compressed.resize(ZSTD_compress(compressed.data(), compressed.size(), raw.data(), raw.size(), 3));
  const auto index = decode_index(bytes + compressed, 3);
  ASSERT_TRUE(index) << index.error().text();
  ASSERT_EQ(index->runs.size(), 2u);
  EXPECT_EQ(index->runs[0].raw_bytes, 100u);
  EXPECT_EQ(index->runs[1].raw_bytes, 300u);
  EXPECT_EQ(index->runs[1].last_ns, 15);
}

// A block of one stream, as version 2 had them.
std::string part_of_version_2() {
  columns::BlockWriter writer;
  const std::vector<query::LabelView> shared = {{"host", "h"}}, own = {{"n", "1"}};
  writer.add(1'000, 7, "first line", shared, own);
  writer.add(2'000, 9, "second line", {}, {});
  const auto block = writer.finish();
  const std::string_view bytes = block.written.bytes;
  std::string out = "OCLOGPRT";
  put_fixed<std::uint32_t>(out, 2);
  put_fixed<std::uint32_t>(out, 0);
  std::string index;
  put_varint(index, 1);
  encode_labels(small_stream(3), index);
  put_varint(index, 1);
  for (const std::uint64_t number :
       {std::uint64_t{0}, std::uint64_t{out.size()}, std::uint64_t{bytes.size()}, block.text_bytes})
    put_varint(index, number);
  put_fixed(index, checksum(bytes));
  put_varint(index, block.written.directory_bytes);
  put_varint(index, block.written.raw_directory_bytes);
  put_fixed(index, checksum(bytes.substr(0, block.written.directory_bytes)));
  put_varint(index, 2);
  put_varint(index, zigzag(1'000));
  put_varint(index, zigzag(2'000));
  out += bytes;
  std::string trailer;
  put_fixed<std::uint64_t>(trailer, out.size());
  put_fixed<std::uint64_t>(trailer, index.size());
  put_fixed(trailer, checksum(index));
  put_fixed<std::uint32_t>(trailer, 2);
  return out + index + trailer + "OCLOGPRT";
}

TEST(PartOfVersion2, IsReadAndMerged) {
  SimulatedFileSystem files;
  StreamRegistry registry;
  const std::string bytes = part_of_version_2();
  const std::string_view piece(bytes);
  auto file = files.create("/store/old");
  ASSERT_TRUE((*file)->append(std::span(&piece, 1)) && (*file)->sync());
  const LinesOfStreams lines = {{small_stream(3), {"first line", "second line"}}};
  const std::vector parts = {opened_part(files, registry, "old")};
  EXPECT_EQ(lines_of(*parts[0]), lines);
  ASSERT_TRUE(merge_parts(files, "/store/new", parts, kRunsBlockBytes, {}));
  EXPECT_EQ(lines_of(*opened_part(files, registry, "new")), lines);
}

}  // namespace
}  // namespace oc::stores
