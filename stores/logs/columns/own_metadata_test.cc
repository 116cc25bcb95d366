// Metadata that rows have of their own comes back for any rows of a block, the offsets among it included.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "stores/logs/columns/block_reader.h"
#include "stores/logs/columns/block_writer.h"

namespace oc::stores::columns {
namespace {

struct Rows {
  // Consecutive lines of a file that does not begin with them, some of a level; a few are missing in between.
  explicit Rows(std::size_t count) {
    std::uint64_t offset = 1'000'000;
    for (std::size_t i = 0; i < count; ++i) {
      lines.push_back("took " + std::to_string(i * i) + " ms at /api/" + std::to_string(i % 17));
      if (i % 300 == 299) offset += 12'345;
      auto& own = metadata.emplace_back();
      if (i % 5 != 0) own.emplace_back("level", i % 3 == 0 ? "warn" : "info");
      own.emplace_back("offset", std::to_string(offset));
      offset += lines.back().size() + 1;
    }
  }
  std::vector<std::string> lines;
  std::vector<query::Labels> metadata;
};

BlockWriter::Block finished(const Rows& rows) {
  BlockWriter writer;
  for (std::size_t i = 0; i < rows.lines.size(); ++i) {
    const std::vector<query::LabelView> own(rows.metadata[i].begin(), rows.metadata[i].end());
    writer.add(static_cast<Nanos>(i * i), i, rows.lines[i], {}, own);
  }
  return writer.finish();
}

std::unique_ptr<BlockReader> written(const Rows& rows) {
  const auto block = finished(rows);
  const std::uint64_t directory = block.written.directory_bytes;
  auto opened = decompress(block.written.bytes.substr(0, directory), block.written.raw_directory_bytes);
  const auto read = [bytes = block.written.bytes.substr(directory)](
                        std::uint64_t at, std::uint64_t size) -> Result<std::string> { return bytes.substr(at, size); };
  return std::move(*BlockReader::open(std::move(*opened), read, block.bounds.rows, block.text_bytes));
}

TEST(OwnMetadata, ComesBackForAnyRows) {
  const Rows rows(5'000);
  for (const std::size_t step : {1'234, 97, 3, 1}) {
    const auto block = written(rows);
    RowSet wanted(rows.lines.size());
    for (std::size_t i = step / 2; i < rows.lines.size(); i += step) wanted.add(i);
    auto metadata = block->metadata(wanted);
    const auto times = block->times_of(wanted);
    const auto arrivals = block->arrivals(&wanted);
    ASSERT_TRUE(metadata && times && arrivals);
    std::size_t i = 0;
    wanted.for_each([&](std::size_t row) {
      std::vector<query::LabelView> own;
      metadata->own(i, own);
      EXPECT_EQ(query::Labels(own.begin(), own.end()), rows.metadata[row]) << row;
      EXPECT_EQ((*times)[i], static_cast<Nanos>(row * row));
      EXPECT_EQ((*arrivals)[i++], row);
    });
  }
}

// Lines of a few templates, each of one level, but those of `mixed` of both.
Rows rows_with_levels(std::size_t count, std::string_view mixed) {
  Rows rows(0);
  for (std::size_t i = 0; i < count; ++i) {
    constexpr std::array<std::string_view, 3> kEvents = {"began", "ended", "failed"};
    const std::string_view event = kEvents[i * i % 7 % 3];
    rows.lines.push_back("request " + std::to_string(i * 7919 % 1'000) + " " + std::string(event));
    const bool error = event == mixed ? i % 5 == 0 : event == "failed";
    rows.metadata.push_back({{"level", error ? "error" : "info"}});
  }
  return rows;
}

// Every step-th row, from `first` on.
void expect_comes_back(const Rows& rows, std::size_t first, std::size_t step) {
  const auto block = written(rows);
  RowSet wanted(rows.lines.size());
  for (std::size_t i = first; i < rows.lines.size(); i += step) wanted.add(i);
  auto metadata = block->metadata(wanted);
  ASSERT_TRUE(metadata) << metadata.error().text();
  std::size_t i = 0;
  wanted.for_each([&](std::size_t row) {
    std::vector<query::LabelView> own;
    metadata->own(i++, own);
    EXPECT_EQ(query::Labels(own.begin(), own.end()), rows.metadata[row]) << row;
  });
}

TEST(OwnMetadata, OfATemplateComesBackForAnyRows) {
  for (const std::string_view mixed : {"", "began", "ended"}) {
    const Rows rows = rows_with_levels(7'000, mixed);
    for (const std::size_t step : {97, 3, 1}) expect_comes_back(rows, 0, step);
  }
}

TEST(OwnMetadata, OfATemplateTakesNoRoomInEveryRow) {
  const Rows with = rows_with_levels(7'000, "");
  Rows without = with;
  for (auto& own : without.metadata) own = {{"level", "info"}};
  const auto bytes = [](const Rows& rows) { return finished(rows).written.bytes.size(); };
  EXPECT_LT(bytes(with), bytes(without) + 64);
}

// Each row has three of many names, so that most have few rows, and one of them in nearly all rows; now and then none.
Rows rows_of_many_names(std::size_t count) {
  constexpr std::size_t kNames = 3'000;
  Rows rows(0);
  for (std::size_t i = 0; i < count; ++i) {
    rows.lines.push_back("event " + std::to_string(i * 31 % 1'009));
    auto& own = rows.metadata.emplace_back();
    if (i % 41 == 40) continue;
    for (std::size_t place = 0; place < 3; ++place) {
      const std::size_t name = i * 7'919 % 997 * 3 + place;
      own.emplace_back("name_" + std::to_string(name % kNames), place == 0 ? "on" : std::to_string(i * i % 7));
    }
    if (i % 11 != 0) own.emplace_back("region", i % 2 == 0 ? "north" : "south");
    std::ranges::sort(own);
  }
  return rows;
}

TEST(OwnMetadata, OfManyNamesComesBackForAnyRows) {
  const Rows rows = rows_of_many_names(8'000);
  for (const std::size_t step : {3'001, 257, 16, 2, 1}) expect_comes_back(rows, step / 2, step);
}

TEST(OwnMetadata, RowsAreToldApartByNamesThatFewHave) {
  const Rows rows = rows_of_many_names(8'000);
  const auto block = written(rows);
  const std::vector<std::string> names = {"name_0", "region"};
  const auto kinds = block->kinds_of_metadata(names);
  ASSERT_TRUE(kinds && *kinds);
  std::map<std::uint64_t, query::Labels> of_kind;
  std::set<query::Labels> different;
  for (std::size_t row = 0; row < rows.lines.size(); ++row) {
    query::Labels asked;
    for (const auto& pair : rows.metadata[row])
      if (std::ranges::find(names, pair.first) != names.end()) asked.push_back(pair);
    EXPECT_EQ(of_kind.try_emplace((**kinds)[row], asked).first->second, asked) << row;
    different.insert(asked);
  }
  EXPECT_EQ(of_kind.size(), different.size());
}

}  // namespace
}  // namespace oc::stores::columns
