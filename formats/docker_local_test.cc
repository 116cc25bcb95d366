#include "formats/docker_local.h"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <protozero/pbf_writer.hpp>

namespace oc::formats {
namespace {

std::string entry(const std::string& stream, std::int64_t time_ns, const std::string& line) {
  std::string out;
  protozero::pbf_writer writer(out);
  writer.add_string(1, stream);
  writer.add_int64(2, time_ns);
  writer.add_bytes(3, line);
  return out;
}

std::string part(const std::string& line, bool last) {
  auto out = entry("stdout", 1, line);
  protozero::pbf_writer writer(out);
  writer.add_bool(4, true);
  protozero::pbf_writer metadata(writer, 5);
  metadata.add_bool(1, last);
  return out;
}

std::string frame(const std::string& entry) {
  std::string length;
  for (const int shift : {24, 16, 8, 0}) length += static_cast<char>(entry.size() >> shift);
  return length + entry + length;
}

constexpr std::uint64_t kMost = 1 << 20;

TEST(DockerLocal, AnEntryIsALineWithItsStreamAndTime) {
  const auto bytes = entry("stderr", 1'700'000'000'123'456'789, "trouble \xff");
  const auto read = parse_docker_entry(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text, "trouble \xff");
  EXPECT_EQ(read->stream, "stderr");
  EXPECT_EQ(read->time_ns, 1'700'000'000'123'456'789);
  EXPECT_TRUE(read->complete);
}

TEST(DockerLocal, OnlyTheLastPartOfALineEndsIt) {
  EXPECT_FALSE(parse_docker_entry(part("first", false))->complete);
  EXPECT_TRUE(parse_docker_entry(part("last", true))->complete);
}

TEST(DockerLocal, WhatIsNoEntryIsNone) {
  for (const auto* bytes : {"", "\x0a", "\x0a\x06stdout\xff", "hello", "\x0a\x03log"})
    EXPECT_FALSE(parse_docker_entry(bytes)) << bytes;
}

TEST(DockerLocal, AFrameIsTakenWhenItIsWhole) {
  const auto one = entry("stdout", 1, "hello"), whole = frame(one);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(first_docker_piece(whole.substr(0, size), kMost).size, 0u) << size;
  const auto two = whole + whole;
  const auto piece = first_docker_piece(two, kMost);
  EXPECT_EQ(piece.size, whole.size());
  EXPECT_EQ(piece.entry, one);
}

// Docker was killed while it wrote, and goes on behind the torn frame.
TEST(DockerLocal, BehindATornFrameReadingGoesOn) {
  const auto one = entry("stdout", 1, "hello"), whole = frame(one);
  const auto bytes = whole.substr(0, whole.size() - 6) + whole + whole;
  std::vector<std::string> found;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto piece = first_docker_piece(std::string_view(bytes).substr(at), kMost);
    if (piece.size == 0) break;
    if (!piece.entry.empty()) found.emplace_back(piece.entry);
    at += piece.size;
  }
  EXPECT_THAT(found, testing::ElementsAre(one, one));
}

TEST(DockerLocal, AFrameIsFoundFromItsEnd) {
  const auto file = frame(entry("stdout", 1, "a")) + frame(entry("stdout", 2, "bcd"));
  const auto read = [&](std::uint64_t offset, char* into) {
    if (offset + kDockerLengthBytes > file.size()) return false;
    std::memcpy(into, file.data() + offset, kDockerLengthBytes);
    return true;
  };
  EXPECT_EQ(start_of_docker_frame(file.size(), read), frame(entry("stdout", 1, "a")).size());
  EXPECT_EQ(start_of_docker_frame(file.size() - 1, read), std::nullopt);
}

}  // namespace
}  // namespace oc::formats
