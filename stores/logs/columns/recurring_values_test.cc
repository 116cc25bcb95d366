// What comes again and again in a block is kept once, and every row still has it.
#include <random>
#include <string>

#include <gmock/gmock.h>

#include "stores/logs/columns/block_reader.h"
#include "stores/logs/columns/block_writer.h"

namespace oc::stores::columns {
namespace {

using Lines = std::vector<std::string>;

std::string hex(std::mt19937_64& random, std::size_t digits) {
  std::string text;
  while (text.size() < digits) text.push_back("0123456789abcdef"[random() % 16]);
  return text;
}

// Each request writes a line when it begins, one for each of its queries, and one when it ends; many run at a time.
Lines requests(std::size_t count, bool same_id, std::size_t in_flight = 50) {
  std::mt19937_64 random(7);
  struct Request {
    std::string id;
    unsigned left;
  };
  std::vector<Request> running;
  Lines lines;
  while (lines.size() < count) {
    if (running.size() < in_flight) {
      running.push_back({hex(random, 32), 4});
      lines.push_back("begin trace=" + running.back().id);
      continue;
    }
    auto& request = running[random() % running.size()];
    const std::string id = same_id ? request.id : hex(random, 32);
    if (--request.left > 0) {
      lines.push_back("query of " + std::to_string(random() % 90) + " rows, trace=" + id);
    } else {
      lines.push_back("end trace=" + id + " status=200");
      request = {hex(random, 32), 4};
      lines.push_back("begin trace=" + request.id);
    }
  }
  return lines;
}

// A block of one stream, opened again.
class Block {
 public:
  explicit Block(const Lines& lines, const Lines& ids = {}) {
    BlockWriter writer;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      std::vector<query::LabelView> own;
      if (!ids.empty()) own.emplace_back("trace_id", ids[i]);
      writer.add(static_cast<Nanos>(i) * 1'000'000, i, lines[i], {}, own);
    }
    written_ = writer.finish();
    const auto& bytes = written_.written.bytes;
    auto directory = decompress(std::string_view(bytes).substr(0, written_.written.directory_bytes),
                                written_.written.raw_directory_bytes);
    const auto read = [this](std::uint64_t offset, std::uint64_t size) -> Result<std::string> {
      return written_.written.bytes.substr(written_.written.directory_bytes + offset, size);
    };
    reader_ = *BlockReader::open(std::move(*directory), read, lines.size(), written_.text_bytes);
  }
  std::size_t bytes() const { return written_.written.bytes.size(); }
  BlockReader& reader() { return *reader_; }
  Lines lines() {
    Lines lines;
    const TextColumn* text = *reader_->lines().text();
    for (std::size_t i = 0; i < text->size(); ++i) lines.emplace_back((*text)[i]);
    return lines;
  }

 private:
  BlockWriter::Block written_;
  std::unique_ptr<BlockReader> reader_;
};

class RecurringValuesTest : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(SmallAndLargeBlocks, RecurringValuesTest, testing::Values(2'000, 40'000));

TEST_P(RecurringValuesTest, AreKeptOnceWhicheverLinesHaveThem) {
  const Lines same = requests(GetParam(), true), different = requests(GetParam(), false);
  Block block(same);
  EXPECT_EQ(block.lines(), same);
  EXPECT_LT(block.bytes(), Block(different).bytes() / 2);
}

TEST_P(RecurringValuesTest, OfMetadataAreKeptOnceWithThoseOfLines) {
  const Lines lines = requests(GetParam(), true);
  Lines ids;
  for (const std::string& line : lines) ids.push_back(line.substr(line.find('=') + 1, 32));
  Block block(lines, ids);
  EXPECT_LT(block.bytes(), Block(lines).bytes() * 13 / 10);
  auto metadata = *block.reader().metadata(RowSet(lines.size(), true));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::vector<query::LabelView> own;
    metadata.own(i, own);
    ASSERT_THAT(own, testing::ElementsAre(query::LabelView("trace_id", ids[i])));
  }
}

TEST_P(RecurringValuesTest, AreFoundInEveryLineThatHasThem) {
  const Lines lines = requests(GetParam(), true);
  const std::string id = lines[GetParam() / 2].substr(lines[GetParam() / 2].find('=') + 1, 32);
  for (const std::string& piece :
       {id, id.substr(3, 9), "trace=" + id.substr(0, 5), id.substr(27) + " status", id + "0"}) {
    Block block(lines);
    const RowSet found = *block.reader().lines().find(piece, Place::kInside);
    for (std::size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(found.contains(i), lines[i].contains(piece)) << lines[i];
  }
}

TEST_P(RecurringValuesTest, OfAFewRowsAreReadAlone) {
  const Lines lines = requests(GetParam(), true);
  Block block(lines);
  RowSet rows(lines.size());
  Lines expected;
  std::vector<std::uint32_t> sizes, expected_sizes;
  for (std::size_t i = 5; i < lines.size(); i += 101) {
    rows.add(i);
    expected.push_back(lines[i]);
    expected_sizes.push_back(static_cast<std::uint32_t>(lines[i].size()));
    sizes.push_back(0);
  }
  ASSERT_TRUE(block.reader().lines().add_sizes(rows, sizes));
  EXPECT_EQ(sizes, expected_sizes);
  const TextColumn picked = *block.reader().lines().pick(rows);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(picked[i], expected[i]);
}

TEST(ValueSamples, TellApartWhatDiffersInAnyByte) {
  const ValueSamples samples(0);  // all values are chosen
  for (std::size_t size = ValueSamples::kShortest; size < 80; ++size) {
    const std::string value(size, '7');
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = value;
      other[at] = '8';
      ASSERT_NE(samples.of(value)->hash, samples.of(other)->hash) << other;
    }
  }
}

TEST(RecurringValues, OfAllSizesComeOutAsTheyWentIn) {
  std::mt19937_64 random(11);
  Lines ids;
  for (std::size_t i = 0; i < 300; ++i)
    ids.push_back(i % 3 == 0 ? hex(random, 1 + i) : i % 3 == 1 ? std::to_string(random()) : "id-" + hex(random, 20));
  Lines lines;
  for (std::size_t i = 0; i < 3'000; ++i)
    lines.push_back((i % 2 == 0 ? "open " : "close 1 ") + ids[(i / 20 + random() % 40) % ids.size()]);
  EXPECT_EQ(Block(lines).lines(), lines);
}

}  // namespace
}  // namespace oc::stores::columns
