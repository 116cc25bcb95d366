#include "agent/log_format/encoding.h"

#include <algorithm>

#include "base/utf8.h"

namespace oc::agent {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16LittleMark = "\xFF\xFE";
constexpr std::string_view kUtf16BigMark = "\xFE\xFF";
constexpr std::size_t kEncodingSampleBytes = 64 << 10;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_high(char c) { return (c & 0x80) != 0; }

// Western text in UTF-16 has a zero in every other byte.
std::string_view utf16_without_mark(std::string_view bytes) {
  std::size_t even = 0;
  std::size_t odd = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) (i % 2 == 0 ? even : odd) += bytes[i] == '\0';
  const std::size_t half = bytes.size() / 2;
  if (half < 4) return {};
  if (odd * 10 > half * 7 && even * 10 < half) return "utf-16le";
  if (even * 10 > half * 7 && odd * 10 < half) return "utf-16be";
  return {};
}

// Bytes from 0xA0 beside an ASCII letter or between figures are letters and signs of a Western language.
bool looks_like_latin1(std::string_view text, std::size_t at) {
  const char before = at > 0 ? text[at - 1] : ' ';
  const char after = at + 1 < text.size() ? text[at + 1] : ' ';
  if (static_cast<unsigned char>(text[at]) < 0xA0 || is_high(before) || is_high(after)) return false;
  return is_letter(before) || is_letter(after);
}

bool is_latin1(std::string_view text) {
  std::size_t damaged = 0;
  std::size_t letters = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) {
      ++damaged;
      letters += looks_like_latin1(text, at);
    } else if (length > 1) {
      return false;  // real UTF-8: what is damaged is damage
    }
    at += std::max<std::size_t>(length, 1);
  }
  return letters * 2 > damaged;
}

std::string latin1_to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

std::uint32_t unit_at(std::string_view bytes, std::size_t at, bool little) {
  const auto first = static_cast<unsigned char>(bytes[at]);
  const auto second = static_cast<unsigned char>(bytes[at + 1]);
  return little ? first | second << 8 : first << 8 | second;
}

std::string utf16_to_utf8(std::string_view bytes, bool little) {
  constexpr std::uint32_t kReplacement = 0xFFFD;
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    std::uint32_t code_point = unit_at(bytes, at, little);
    const bool high = code_point >= 0xD800 && code_point <= 0xDBFF;
    const std::uint32_t low = high && at + 3 < bytes.size() ? unit_at(bytes, at + 2, little) : 0;
    if (low >= 0xDC00 && low <= 0xDFFF) {
      code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
      at += 2;
    } else if (code_point >= 0xD800 && code_point <= 0xDFFF) {
      code_point = kReplacement;
    }
    append_utf8(out, code_point);
  }
  return out;
}

}  // namespace

std::string detect_encoding(std::string_view bytes) {
  if (bytes.starts_with(kUtf8Mark)) return "utf-8";
  if (bytes.starts_with(kUtf16LittleMark)) return "utf-16le";
  if (bytes.starts_with(kUtf16BigMark)) return "utf-16be";
  const auto sample = bytes.substr(0, kEncodingSampleBytes);
  if (const auto utf16 = utf16_without_mark(sample); !utf16.empty()) return std::string(utf16);
  return is_latin1(sample) ? "latin-1" : "utf-8";
}

std::string to_utf8(std::string_view bytes, std::string_view encoding) {
  if (encoding == "latin-1") return latin1_to_utf8(bytes);
  if (encoding.starts_with("utf-16")) {
    if (bytes.starts_with(kUtf16LittleMark) || bytes.starts_with(kUtf16BigMark)) bytes.remove_prefix(2);
    return utf16_to_utf8(bytes, encoding == "utf-16le");
  }
  if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
  return std::string(bytes);
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace oc::agent
