#include "agent/log_format/refusal.h"

#include <algorithm>

#include "agent/log_format/encoding.h"

namespace oc::agent {
namespace {

struct Magic {
  std::string_view bytes;
  std::string_view name;
  bool compressed;
};

using namespace std::string_view_literals;
constexpr Magic kMagics[] = {
    {"\x1F\x8B"sv, "gzip", true},
    {"\x28\xB5\x2F\xFD"sv, "zstd", true},
    {"\xFD\x37zXZ\0"sv, "xz", true},
    {"BZh"sv, "bzip2", true},
    {"\x04\x22\x4D\x18"sv, "lz4", true},
    {"PK\x03\x04"sv, "zip", true},
    {"7z\xBC\xAF\x27\x1C"sv, "7-Zip", true},
    {"\x1F\x9D"sv, "compress", true},
    {"\x7F"
     "ELF"sv,
     "ELF program", false},
    {"SQLite format 3\0"sv, "SQLite database", false},
    {"LPKSHHRH"sv, "systemd journal", false},
    {"ElfFile\0"sv, "Windows event log", false},
    {"\x89PNG"sv, "PNG image", false},
    {"\xFF\xD8\xFF"sv, "JPEG image", false},
    {"%PDF-"sv, "PDF document", false},
    {"\xCA\xFE\xBA\xBE"sv, "Java class", false},
};

std::optional<Refusal> by_magic(std::string_view bytes) {
  for (const auto& [magic, name, compressed] : kMagics) {
    if (!bytes.starts_with(magic)) continue;
    const std::string_view advice = compressed ? ": decompress it first" : "";
    return Refusal{"binary", std::string(name) + " data, not a log" + std::string(advice)};
  }
  return std::nullopt;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && std::string_view("\t\n\r\f\x1b").find(c) == std::string_view::npos) || byte == 0x7F;
}

// Logs hold a stray control character now and then, never one in fifty.
std::optional<Refusal> by_control_characters(std::string_view text) {
  const auto controls = static_cast<std::size_t>(std::ranges::count_if(text, is_control));
  if (controls * 50 < text.size()) return std::nullopt;
  return Refusal{"binary", "control characters throughout: binary data, not a log"};
}

bool is_blob_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

// Base64 and hexadecimal dumps: lines of one length without a space.
std::optional<Refusal> by_blob_lines(std::string_view text) {
  constexpr std::size_t kLinesLookedAt = 200;
  constexpr std::size_t kShortestBlobLine = 40;
  auto lines = split_lines(text.substr(0, 64 << 10));
  if (lines.size() > kLinesLookedAt) lines.resize(kLinesLookedAt);
  if (lines.empty() || lines[0].size() < kShortestBlobLine) return std::nullopt;
  std::size_t blobs = 0;
  for (const auto line : lines) blobs += line.size() == lines[0].size() && std::ranges::all_of(line, is_blob_character);
  if (blobs + 1 < lines.size() || blobs == 0) return std::nullopt;  // the last line may be shorter
  return Refusal{"binary", "an encoded blob (base64 or hexadecimal), not a log"};
}

}  // namespace

std::optional<Refusal> find_refusal(std::string_view bytes, std::string_view text) {
  if (bytes.empty()) return Refusal{"empty", "the file has no bytes yet"};
  if (auto magic = by_magic(bytes)) return magic;
  if (text.find_first_not_of(" \t\r\n\f\0"sv) == std::string_view::npos)
    return Refusal{"empty", "nothing but line ends and blanks"};
  if (auto controls = by_control_characters(text)) return controls;
  return by_blob_lines(text);
}

}  // namespace oc::agent
