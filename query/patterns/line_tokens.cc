#include "query/patterns/line_tokens.h"

#include <algorithm>
#include <array>

#include "formats/json_fields.h"

namespace oc::query {

namespace {

// A shorter line has nothing to generalise, a longer one is a document.
constexpr std::size_t kFewestTokens = 4, kMostTokens = 80, kLongestLine = 3000;
constexpr std::array<std::string_view, 6> kMessageKeys = {"log", "message", "msg", "msg_", "_msg", "content"};

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || c == '_' ||
         c == '-' || c == '.' || c == ':' || c == '/';
}

}  // namespace

bool tokenize(std::string_view line, LineTokens& tokens) {
  tokens.texts.clear();
  tokens.blanks.assign(1, 0);
  if (line.size() > kLongestLine) return false;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == ' ' || line[at] == '\t') {
      ++tokens.blanks.back();
      ++at;
      continue;
    }
    std::size_t size = 1;
    if (is_word(line[at])) {
      while (at + size < line.size() && is_word(line[at + size])) ++size;
    }
    if (tokens.texts.size() == kMostTokens) return false;
    tokens.texts.push_back(line.substr(at, size));
    tokens.blanks.push_back(0);
    at += size;
  }
  return tokens.texts.size() >= kFewestTokens;
}

std::string pattern_text(const std::vector<std::string>& texts, const std::vector<std::uint16_t>& blanks) {
  std::string out(blanks[0], ' ');
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i] != kAnyToken || !out.ends_with(kAnyToken)) out += texts[i];
    out.append(blanks[i + 1], ' ');
  }
  return out;
}

Message message_of(std::string_view line) {
  if (!line.starts_with('{') || !line.ends_with('}')) return {.text = std::string(line)};
  Message message{.in_json = true};
  const auto status = formats::for_each_json_member(line, [&](std::string_view key, std::string_view value) {
    if (std::ranges::find(kMessageKeys, key) == kMessageKeys.end()) return true;
    message.text = value;
    return false;
  });
  // Braces alone make no JSON.
  if (!status && message.text.empty()) return {.text = std::string(line)};
  return message;
}

}  // namespace oc::query
