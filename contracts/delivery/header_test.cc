#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "contracts/delivery/ranges.h"

namespace oc::contracts {
namespace {

TEST(DeliveryHeader, ReadsAsDocumented) {
  const std::vector<DeliveredFile> files = {{"nginx", "f-1", {{0, 1042}, {2048, 4096}}}, {"app:2", "f_2.x", {{7, 8}}}};
  const std::string text = "v1 nginx/f-1=0-1042+2048-4096, app:2/f_2.x=7-8";
  EXPECT_EQ(encode_delivery(files), text);
  EXPECT_EQ(decode_delivery(text), files);
}

TEST(DeliveryHeader, NamesWhatWasLeftOutApart) {
  const std::vector<DeliveredFile> files = {{"nginx", "f", {{0, 1042}, {2048, 4096}}, {{1042, 2048}}},
                                            {"app", "g", {}, {{7, 8}, {10, 12}}}};
  const std::string text = "v1 nginx/f=0-1042+2048-4096!1042-2048, app/g=!7-8+10-12";
  EXPECT_EQ(encode_delivery(files), text);
  EXPECT_EQ(decode_delivery(text), files);
}

TEST(DeliveryHeader, BytesInBothListsAreCarried) {
  EXPECT_EQ(encode_delivery({{"s", "f", {{0, 10}}, {{5, 15}, {20, 30}}}}), "v1 s/f=0-10!10-15+20-30");
}

TEST(DeliveryHeader, IsWrittenInOrderAndJoined) {
  EXPECT_EQ(encode_delivery({{"s", "f", {{20, 30}, {0, 10}, {10, 15}}}}), "v1 s/f=0-15+20-30");
}

TEST(DeliveryHeader, ASpaceAfterTheCommaIsOptional) {
  EXPECT_EQ(decode_delivery("v1 a/b=0-1,c/d=0-1"), *decode_delivery("v1 a/b=0-1, c/d=0-1"));
}

struct Refusal {
  std::string header;
  std::string message;
};

TEST(DeliveryHeader, RefusalsNameTheEntryAndTheReason) {
  const std::string long_id(kMaxDeliveryIdBytes + 1, 'x');
  const std::vector<Refusal> refusals = {
      {"", "does not begin with 'v1 '"},
      {"v2 a/b=0-1", "does not begin with 'v1 '"},
      {"v1 ", "entry 1: '' is not SOURCE/FILE=RANGES"},
      {"v1 a/b=0-1,", "entry 2: '' is not SOURCE/FILE=RANGES"},
      {"v1 a=0-1", "entry 1: 'a=0-1' is not SOURCE/FILE=RANGES"},
      {"v1 a/b", "entry 1: 'a/b' is not SOURCE/FILE=RANGES"},
      {"v1 /b=0-1", "entry 1: '' is not a source id"},
      {"v1 a b/c=0-1", "entry 1: 'a b' is not a source id"},
      {"v1 a/b/c=0-1", "entry 1: 'b/c' is not a file id"},
      {"v1 a/" + long_id + "=0-1", "entry 1: '" + std::string(40, 'x') + "…' is not a file id"},
      {"v1 a/b=", "entry 1: there is no range after '='"},
      {"v1 a/b=!", "entry 1: there is no range after '!'"},
      {"v1 a/b=0-1!", "entry 1: there is no range after '!'"},
      {"v1 a/b=0-1!1-2!2-3", "entry 1: '1-2!2-3' is not a range START-END"},
      {"v1 a/b=0-1!1-2+", "entry 1: the list of ranges ends with '+'"},
      {"v1 a/b=0-10+20-30!12-15+29-31", "entry 1: the range 29-31 is both carried and left out"},
      {"v1 a/b=0-1+", "entry 1: the list of ranges ends with '+'"},
      {"v1 a/b=1", "entry 1: '1' is not a range START-END"},
      {"v1 a/b=-1", "entry 1: '-1' is not a range START-END"},
      {"v1 a/b=0-1-2", "entry 1: '0-1-2' is not a range START-END"},
      {"v1 a/b=0-18446744073709551616", "entry 1: '0-18446744073709551616' is not a range START-END"},
      {"v1 a/b=5-5", "entry 1: the range '5-5' is empty or runs backwards"},
      {"v1 a/b=0-1, c/d=9-3", "entry 2: the range '9-3' is empty or runs backwards"},
      {"v1 a/b=5-9+0-1", "entry 1: the range 0-1 does not lie beyond the one before it"},
      {"v1 a/b=0-5+5-9", "entry 1: the range 5-9 does not lie beyond the one before it"},
      {"v1 a\x01/b=0-1", "entry 1: 'a?' is not a source id"},
  };
  for (const auto& refusal : refusals) {
    const auto decoded = decode_delivery(refusal.header);
    ASSERT_FALSE(decoded.has_value()) << refusal.header;
    EXPECT_EQ(decoded.error().message, "X-OneCollector-Delivery: " + refusal.message);
  }
}

TEST(DeliveryHeader, HasALimit) {
  std::string header = "v1 a/b=0-1";
  while (header.size() + 7 <= kMaxDeliveryHeaderBytes) header += ",a/b=0-1";
  header.resize(header.rfind(','));
  EXPECT_TRUE(decode_delivery(header).has_value());
  header.append(kMaxDeliveryHeaderBytes + 1 - header.size(), ' ');
  EXPECT_EQ(decode_delivery(header).error().message, "X-OneCollector-Delivery: 32769 bytes, at most 32768 are read");
}

RC_GTEST_PROP(DeliveryHeaderProperty, EveryFileComesBackWithItsRangesJoined, ()) {
  const auto id = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcXYZ019_.:-"))));
  const auto pair = rc::gen::pair(rc::gen::arbitrary<std::uint32_t>(), rc::gen::inRange<std::uint64_t>(1, 1000));
  std::vector<DeliveredFile> files;
  std::vector<DeliveredFile> joined;
  for (int i = 0; i < *rc::gen::inRange(1, 5); ++i) {
    DeliveredFile file{(*id).substr(0, 128), (*id).substr(0, 128), {}};
    RangeSet set, left_out;
    for (const auto& [start, length] :
         *rc::gen::nonEmpty(rc::gen::container<std::vector<std::pair<std::uint32_t, std::uint64_t>>>(pair))) {
      file.ranges.push_back({start, start + length});
      set.add(file.ranges.back());
    }
    for (const auto& [start, length] :
         *rc::gen::container<std::vector<std::pair<std::uint32_t, std::uint64_t>>>(pair)) {
      file.left_out.push_back({start, start + length});
      left_out.add(file.left_out.back());
    }
    left_out.remove(set);
    files.push_back(file);
    joined.push_back({file.source_id, file.file_id, set.ranges(), left_out.ranges()});
  }
  RC_ASSERT(decode_delivery(encode_delivery(files)).value() == joined);
}

TEST(Watermarks, GoThroughJsonTextUnchanged) {
  Watermark mark{.source_id = "s", .file_id = "f", .held = {}, .records = 17};
  mark.held.add({0, 1042});
  mark.held.add({2048, UINT64_MAX});
  const auto text = to_json(std::vector{mark}).dump();
  EXPECT_EQ(text, R"({"watermarks":[{"source_id":"s","file_id":"f","ranges":[[0,1042],[2048,18446744073709551615]],)"
                  R"("records":17}]})");
  const auto back = watermarks_from_json(*parse_json(text));
  ASSERT_TRUE(back.has_value()) << back.error().text();
  ASSERT_EQ(back->size(), 1u);
  EXPECT_EQ(back->front().held, mark.held);
  EXPECT_EQ(back->front().records, 17u);
}

TEST(Watermarks, TellWhatWasLeftOutWhereThereIsSome) {
  Watermark mark{.source_id = "s", .file_id = "f", .held = {}, .records = 1};
  mark.held.add({0, 10});
  mark.left_out.add({10, 20});
  const auto text = to_json(std::vector{mark}).dump();
  EXPECT_NE(text.find(R"("left_out":[[10,20]])"), std::string::npos) << text;
  const auto back = watermarks_from_json(*parse_json(text));
  ASSERT_TRUE(back.has_value()) << back.error().text();
  EXPECT_EQ(back->front().left_out, mark.left_out);
  EXPECT_EQ(back->front().settled().ranges(), (std::vector<ByteRange>{{0, 20}}));
}

TEST(Watermarks, ErrorsNameTheElement) {
  const auto refused = [](const char* text) { return watermarks_from_json(*parse_json(text)).error().message; };
  EXPECT_EQ(refused("{}"), "watermarks: is missing");
  EXPECT_EQ(refused(R"({"watermarks":[{"source_id":"s","file_id":"f","ranges":[[3,1]],"records":1}]})"),
            "watermarks[0]: ranges[0]: expected start < end");
  EXPECT_EQ(refused(R"({"watermarks":[{"source_id":"s","file_id":"f","ranges":[[-3,1]],"records":1}]})"),
            "watermarks[0]: ranges[0]: expected [start, end]");
  EXPECT_EQ(refused(R"({"watermarks":[{"source_id":"a b","file_id":"f","ranges":[],"records":1}]})"),
            "watermarks[0]: source_id: expected 1 to 128 of A-Z a-z 0-9 _ . : -");
}

}  // namespace
}  // namespace oc::contracts
