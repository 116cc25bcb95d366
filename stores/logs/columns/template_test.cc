// Lines of any kind come out of templates as they went in, and every piece is found in exactly the lines that hold it.
#include <random>

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "stores/logs/columns/line_shapes.h"
#include "stores/logs/columns/tokens.h"
#include "stores/logs/columns/written_column.h"

namespace oc::stores::columns {
namespace {

TEST(Split, TakesOutWhatVaries) {
  const auto tokens = [](std::string_view line) {
    std::vector<Token> found;
    LineSplitter(true).split(line, found);
    Strings texts;
    for (const Token token : found) texts.emplace_back(token.in(line.data()));
    return texts;
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(tokens("2025-11-22T08:26:40.000Z INFO [cart] blk_46 of size 34407388 from /10.99.101.27:80"),
              ElementsAre("2025-11-22T08:26:40.000Z", "46", "34407388", "10.99.101.27", "80"));
  EXPECT_THAT(tokens("id=0d41a34f-5bd0-4d34-abcd-deadbeef0001, took 1.5ms"),
              ElementsAre("0d41a34f-5bd0-4d34-abcd-deadbeef0001", "1.5ms"));
  EXPECT_THAT(tokens(R"({"level":"info","msg":"user 7 logged in","n":5})"), ElementsAre("user 7 logged in", "5"));
  EXPECT_THAT(tokens(R"(- [22/Nov/2025:08:26:40 +0000] "GET / HTTP/1.1")"),
              ElementsAre("22/Nov/2025:08:26:40", "0000", "GET / HTTP/1.1"));
  EXPECT_THAT(tokens("no digit"), ElementsAre());
  EXPECT_THAT(tokens("1"), ElementsAre("1"));
  EXPECT_THAT(tokens("\" an open quote 1"), ElementsAre("1"));
}

Strings lines_of(std::string_view shape, std::size_t count) {
  LineShape lines(shape);
  Strings values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(lines.next());
  return values;
}

TEST(Templates, LinesOfAllShapesComeOutAsTheyCameIn) {
  for (const std::string_view shape : LineShape::kShapes) {
    const Strings lines = lines_of(shape, 3'000);
    Written written(lines);
    expect_sizes(lines, written);
    EXPECT_EQ(written.values(), lines) << shape;
  }
}

TEST(Templates, AnyBytesComeOutAsTheyCameIn) {
  // Bytes that mean something to the splitting come often.
  const auto byte = rc::gen::weightedOneOf<char>(
      {{6, rc::gen::elementOf(std::string("0123456789abcdef\"/ .:-TZ_"))}, {1, rc::gen::arbitrary<char>()}});
  EXPECT_TRUE(rc::check([&] {
    const auto lines = *rc::gen::container<Strings>(rc::gen::container<std::string>(byte));
    // Repeated, so that templates are made of them.
    Strings values;
    for (int i = 0; i < 10; ++i) values.insert(values.end(), lines.begin(), lines.end());
    Written written(values);
    expect_sizes(values, written);
    RC_ASSERT(written.values() == values);
  }));
}

TEST(Templates, OddLinesComeOutAsTheyCameIn) {
  std::mt19937_64 random(7);
  Strings lines = {
      "", "", "\n", std::string(3, '\0'), "\xFF\xFE", std::string(1 << 20, 'x'), std::string(1 << 20, '7')};
  std::string noise(1 << 16, ' ');
  for (char& c : noise) c = static_cast<char>(random());
  lines.push_back(noise);
  EXPECT_EQ(Written(lines).values(), lines);
  EXPECT_EQ(Written(Strings(100, "")).values(), Strings(100, ""));
  EXPECT_EQ(Written(Strings{}).values(), Strings{});
}

// Every piece is found in exactly the lines that hold it.
void expect_found(const Strings& lines, Written& written, const std::string& piece) {
  const auto found = written.column().find(piece, Place::kInside);
  ASSERT_TRUE(found) << found.error().text();
  for (std::size_t i = 0; i < lines.size(); ++i)
    ASSERT_EQ(found->contains(i), lines[i].find(piece) != std::string::npos) << "piece " << piece << " in " << lines[i];
}

TEST(Templates, FindsExactlyTheLinesThatHoldAPiece) {
  std::mt19937_64 random(11);
  for (const std::string_view shape : LineShape::kShapes) {
    const Strings lines = lines_of(shape, 1'000);
    Written written(lines);
    for (int i = 0; i < 150; ++i) {
      const std::string& line = lines[random() % lines.size()];
      std::string piece = line.substr(random() % (line.size() + 1), 1 + random() % 24);
      if (i % 5 == 0 && !piece.empty()) piece[random() % piece.size()] = "0f /\"x"[random() % 6];
      expect_found(lines, written, piece);
    }
    for (const char* piece : {"", "no such text", "2", " ", "\"", "00", ".1", "ERROR"})
      expect_found(lines, written, piece);
  }
}

TEST(Column, AFlippedBitIsNoticed) {
  const Strings lines = lines_of("application", 2'000);
  const std::vector<std::string_view> texts(lines.begin(), lines.end());
  std::vector<Nanos> times(lines.size());
  StretchWriter writer;
  put_column({texts, times}, 0, writer);
  StretchWriter::Finished finished = writer.finish();
  finished.bytes[finished.bytes.size() - 100] ^= 1;
  StretchReader reader(
      *decompress(std::string_view(finished.bytes).substr(0, finished.directory_bytes), finished.raw_directory_bytes),
      [&](std::uint64_t offset, std::uint64_t size) -> Result<std::string> {
        return finished.bytes.substr(finished.directory_bytes + offset, size);
      },
      kBudget);
  const ValueTimes of_lines = value_times(times);
  const auto column = read_column(reader, lines.size(), of_lines);
  ASSERT_TRUE(column);
  const auto text = column->text();
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().message, "checksum of a stretch does not match");
}

}  // namespace
}  // namespace oc::stores::columns
