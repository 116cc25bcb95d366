// Whatever a column is made of comes out as it came in, and is found where it is.
#include "stores/logs/columns/column.h"

#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "stores/logs/columns/find_in_text.h"
#include "stores/logs/columns/line_shapes.h"
#include "stores/logs/columns/number_text.h"
#include "stores/logs/columns/tokens.h"

namespace oc::stores::columns {
namespace {

using Strings = std::vector<std::string>;

constexpr std::uint64_t kBudget = 256 << 20;

// A column written and opened again.
class Written {
 public:
  explicit Written(const Strings& values, std::vector<Nanos> times = {}, unsigned depth = 0)
      : times_([times, size = values.size()]() mutable -> Result<std::vector<Nanos>> {
          times.resize(size);
          return times;
        }) {
    times.resize(values.size());
    const std::vector<std::string_view> texts(values.begin(), values.end());
    StretchWriter writer;
    put_column({texts, times}, depth, writer);
    kind_ = static_cast<Kind>(writer.directory()[0]);
    finished_ = writer.finish();
    reader_.emplace(
        *decompress(std::string_view(finished_.bytes).substr(0, finished_.directory_bytes),
                    finished_.raw_directory_bytes),
        [this](std::uint64_t offset, std::uint64_t size) -> Result<std::string> {
          return finished_.bytes.substr(finished_.directory_bytes + offset, size);
        },
        kBudget);
    column_ = read_column(*reader_, values.size(), times_);
  }
  Kind kind() const { return kind_; }
  std::size_t bytes() const { return finished_.bytes.size(); }
  Column& column() { return *column_; }
  Strings values() {
    Strings values;
    const auto text = column_->text();
    if (!text) return {text.error().message};
    for (std::size_t i = 0; i < (*text)->size(); ++i) values.emplace_back((**text)[i]);
    return values;
  }

 private:
  Kind kind_{};
  StretchWriter::Finished finished_;
  ValueTimes times_;
  std::optional<StretchReader> reader_;
  ColumnPtr column_;
};

Strings made(std::size_t count, const std::function<std::string(std::uint64_t)>& make) {
  std::mt19937_64 random(1);
  Strings values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(make(random()));
  return values;
}

struct KindCase {
  Kind kind;
  std::function<std::string(std::uint64_t)> make;
};

TEST(Column, TakesValuesForWhatTheyAre) {
  constexpr auto kHour = [](std::uint64_t r) { return r % 3'600'000; };
  const std::vector<KindCase> cases = {
      {Kind::kConstant, [](auto) { return "GET"; }},
      {Kind::kDictionary, [](auto r) { return r % 2 ? "GET" : "POST"; }},
      {Kind::kNumber, [](auto r) { return std::to_string(r); }},
      {Kind::kNumber, [](auto r) { return fmt::format("{:06}", r % 1'000'000); }},
      {Kind::kNumber, [](auto r) { return fmt::format("{:.3f}", static_cast<double>(r % 1'000'000) / 1000); }},
      {Kind::kNumber, [](auto r) { return fmt::format("{}", static_cast<double>(r % 1'000'000) / 1000); }},
      {Kind::kHex, [](auto r) { return fmt::format("{:016x}", r); }},
      {Kind::kHex, [](auto r) { return fmt::format("{:07X}", r & 0xFFFFFFF); }},
      {Kind::kHex,
       [](auto r) {
         return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", r >> 32, r & 0xFFFF, r & 0xFFF, r & 0xFFF,
                            r >> 16);
       }},
      {Kind::kAddress,
       [](auto r) { return fmt::format("{}.{}.{}.{}", r & 255, r >> 8 & 255, r >> 16 & 255, r >> 24 & 255); }},
      {Kind::kTime,
       [&](auto r) {
         return fmt::format("2025-11-22T08:{:02}:{:02}.{:03}Z", kHour(r) / 60'000, kHour(r) / 1000 % 60, r % 1000);
       }},
      {Kind::kTime,
       [&](auto r) { return fmt::format("22/Nov/2025:08:{:02}:{:02}", kHour(r) / 60'000, kHour(r) / 1000 % 60); }},
      {Kind::kTime,
       [](auto r) { return fmt::format("{:02}:{:02}:{:02},{:06}", r % 24, r % 59, r % 58, r % 1'000'000); }},
      {Kind::kAffixed, [](auto r) { return fmt::format("db{}ms", r % 1'000'000); }},
      {Kind::kAffixed, [](auto r) { return fmt::format("0x{:08x}", r & 0xFFFFFFFF); }},
      {Kind::kText, [](auto r) { return fmt::format("a{}b{}", r % 1000, r % 999); }},
      {Kind::kText, [](auto r) { return r % 2 ? std::to_string(r) : "0" + std::to_string(r % 100'000); }},
      {Kind::kText, [](auto r) { return fmt::format("2025-11-31T08:00:00.{:06}Z", r % 1'000'000); }},
  };
  for (const KindCase& of : cases) {
    const Strings values = made(5'000, of.make);
    Written written(values, {}, kMaxDepth);
    EXPECT_EQ(written.kind(), of.kind) << values[0];
    EXPECT_EQ(written.values(), values) << values[0];
  }
}

TEST(Column, TimesThatFollowTheRowsCostNothing) {
  std::vector<Nanos> times;
  Strings values;
  for (int i = 0; i < 10'000; ++i) {
    times.push_back(1'763'800'000'000'000'000 + i * 1'000'003LL);
    const auto ms = times.back() / 1'000'000 % 1000, second = times.back() / 1'000'000'000 - 1'763'800'000;
    values.push_back(fmt::format("2025-11-22T08:26:{:02}.{:03}Z", 40 + second, ms));
  }
  Written written(values, times, 1);
  EXPECT_EQ(written.values(), values);
  EXPECT_LT(written.bytes(), 100u);
}

TEST(Column, NumbersAreWrittenAsPrintfWould) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t number = random() >> random() % 64;
    char text[64];
    EXPECT_EQ(std::string(text, write_number(text, number, 0)), std::to_string(number));
  }
  for (std::uint64_t power = 1, i = 0; i < 20; ++i, power *= 10) {
    char text[64];
    for (const std::uint64_t number : {power - 1, power, power + 1})
      EXPECT_EQ(std::string(text, write_number(text, number, 0)), std::to_string(number));
  }
}

TEST(Split, TakesOutWhatVaries) {
  const auto tokens = [](std::string_view line) {
    std::vector<std::string_view> found;
    split(line, true, found);
    return Strings(found.begin(), found.end());
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
    RC_ASSERT(Written(values).values() == values);
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

TEST(Column, FindsExactlyTheValuesThatHaveAPieceAtAPlace) {
  const std::vector<std::function<std::string(std::uint64_t)>> kinds = {
      [](auto r) { return std::to_string(r); },
      [](auto r) { return std::to_string(r >> r % 64); },
      [](auto r) { return fmt::format("{:06}", r % 1'000'000); },
      [](auto r) { return fmt::format("{}.{:02}", r % 1'000, r / 1'000 % 100); },
      [](auto r) { return fmt::format("{:032x}", r); },
      [](auto r) { return fmt::format("{:07X}", r & 0xFFFFFFF); },
      [](auto r) { return fmt::format("{}.{}.{}.{}", r & 255, r >> 8 & 255, r >> 16 & 255, r >> 24 & 255); },
      [](auto r) { return fmt::format("{}ms", r % 1'000'000); },
      [](auto r) { return fmt::format("db{}", r % 1'000'000); },
      [](auto r) { return fmt::format("0x{:08x}", r & 0xFFFFFFFF); },
      [](auto r) { return fmt::format("2025-11-22T08:26:{:02}.{:03}Z", r % 60, r / 60 % 1000); },
      [](auto r) { return r % 3 ? "GET" : "POST"; },
      [](auto r) { return fmt::format("a{}b{}", r % 1000, r % 999); },
  };
  std::mt19937_64 random(13);
  for (const auto& kind : kinds) {
    const Strings values = made(3'000, kind);
    Written written(values, {}, kMaxDepth);
    for (int i = 0; i < 200; ++i) {
      const std::string& value = values[random() % values.size()];
      const std::size_t begin = random() % value.size();
      for (const std::string& piece :
           {value.substr(begin), value.substr(0, begin + 1), value.substr(begin, 1 + random() % 7)})
        for (const Place place : {Place::kInside, Place::kBegin, Place::kEnd, Place::kWhole}) {
          const auto found = written.column().find(piece, place);
          ASSERT_TRUE(found);
          for (std::size_t row = 0; row < values.size(); ++row)
            ASSERT_EQ(found->contains(row), is_at(values[row], piece, place)) << piece << " in " << values[row];
          ASSERT_TRUE(found->empty() || written.column().may_hold(piece, place));
        }
    }
  }
}

TEST(FindInside, DoesNotJoinNeighbours) {
  TextColumn values;
  values.reserve(4, 64);
  for (const char* text : {"ab", "ba", "", "aaaaaaaaaaaaaaaaaaab"}) values.append(text);
  const RowSet found = find_inside(values, "ab");
  EXPECT_TRUE(found.contains(0) && found.contains(3));
  EXPECT_EQ(found.count(), 2u);
  EXPECT_EQ(find_inside(values, "bb").count(), 0u);
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
  const ValueTimes value_times([&]() -> Result<std::vector<Nanos>> { return times; });
  const auto column = read_column(reader, lines.size(), value_times);
  ASSERT_TRUE(column);
  const auto text = column->text();
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().message, "checksum of a stretch does not match");
}

}  // namespace
}  // namespace oc::stores::columns
