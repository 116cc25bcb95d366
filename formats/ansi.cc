#include "formats/ansi.h"

#include <algorithm>

namespace oc::formats {
namespace {

constexpr std::string_view kIntroducer = "\x1b[";
constexpr std::size_t kLongestSequence = 32;  // real ones have a handful of bytes

bool is_final_byte(char c) { return c >= '@' && c <= '~'; }

}  // namespace

std::size_t ansi_sequence_length(std::string_view text) {
  if (!text.starts_with(kIntroducer)) return 0;
  for (std::size_t i = kIntroducer.size(); i < std::min(text.size(), kLongestSequence); ++i) {
    if (is_final_byte(text[i])) return i + 1;
  }
  return 0;
}

bool ends_with_ansi_sequence(std::string_view text) {
  if (text.empty() || !is_final_byte(text.back())) return false;
  const auto tail = text.substr(text.size() - std::min(text.size(), kLongestSequence));
  const std::size_t start = tail.rfind(kIntroducer);
  return start != std::string_view::npos && start + ansi_sequence_length(tail.substr(start)) == tail.size();
}

std::string without_ansi_sequences(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = ansi_sequence_length(text);
    if (length == 0) out += text[0];
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace oc::formats
