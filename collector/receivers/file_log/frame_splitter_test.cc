#include "collector/receivers/file_log/frame_splitter.h"

#include <string>

#include <gtest/gtest.h>

namespace oc::collector {
namespace {

using Records = std::vector<std::pair<std::uint64_t, std::string>>;

std::string entry_of(const std::string& text) {
  return std::string("\x0a\x06stdout\x1a") + static_cast<char>(text.size()) + text;
}

std::string frame_of(const std::string& entry) {
  const std::string length{0, 0, 0, static_cast<char>(entry.size())};
  return length + entry + length;
}

struct Frames {
  Records records;
  std::uint64_t taken = 0;
};
Frames frames_in(std::string_view bytes, std::uint64_t offset = 0, const LineRules& rules = {},
                 std::span<const std::uint64_t> cuts = {}) {
  std::vector<contracts::otlp::LogRecordView> views;
  Frames result;
  result.taken = split_frames(bytes, offset, rules, cuts, views);
  for (const auto& view : views) result.records.emplace_back(view.offset, view.body);
  return result;
}

TEST(SplitFrames, TakesWholeFramesOnlyAndSaysWhereEachBegins) {
  const auto one = entry_of("one"), two = entry_of("two\nlines");
  const auto bytes = frame_of(one) + frame_of(two);
  const auto result = frames_in(bytes + frame_of(one).substr(0, 9), 100);
  EXPECT_EQ(result.records, (Records{{100, one}, {100 + frame_of(one).size(), two}}));
  EXPECT_EQ(result.taken, bytes.size());
}

TEST(SplitFrames, WhatIsNoFrameIsARecordAndReadingGoesOnBehindIt) {
  const auto one = entry_of("one"), torn = frame_of(one).substr(0, 10);
  const auto result = frames_in(torn + frame_of(one));
  EXPECT_EQ(result.records, (Records{{0, torn}, {torn.size(), one}}));
}

TEST(SplitFrames, EndsWhereItWasCutBefore) {
  const auto one = entry_of("one"), torn = frame_of(one).substr(0, 10);
  const std::vector<std::uint64_t> cuts{110};
  const auto result = frames_in(torn + frame_of(one), 100, {}, cuts);
  EXPECT_EQ(result.records, (Records{{100, torn}, {110, one}}));
}

// Whatever is read at once, the records are the same.
TEST(SplitFrames, WhereRecordsEndDependsOnTheBytesAlone) {
  const auto whole = frame_of(entry_of("one"));
  const auto bytes = whole + whole.substr(3) + std::string(40, 'x') + whole + whole.substr(0, 7) + whole + whole;
  const auto expected = frames_in(bytes);
  for (std::size_t step = 1; step < bytes.size(); ++step) {
    Records records;
    std::uint64_t at = 0;
    for (std::size_t seen = step; at < expected.taken; seen += step) {
      const auto part = frames_in(std::string_view(bytes).substr(at, std::min(seen, bytes.size()) - at), at);
      records.insert(records.end(), part.records.begin(), part.records.end());
      at += part.taken;
    }
    EXPECT_EQ(records, expected.records) << step;
  }
}

}  // namespace
}  // namespace oc::collector
