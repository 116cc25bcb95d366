// A line cut into words and signs, such that its pattern can be put together again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oc::query {

inline constexpr std::string_view kAnyToken = "<_>";  // stands for what differs, as in LogQL's pattern filters

struct LineTokens {
  std::vector<std::string_view> texts;
  std::vector<std::uint16_t> blanks;  // behind each; one more in front: those before the first
};

// Words hold letters, digits and the signs -_.:/ within them; every other sign is a token of its own. Views into the
// line. False: the line has too few or too many tokens, or is too long, to tell a pattern.
bool tokenize(std::string_view line, LineTokens& tokens);

// The other way round; of several "<_>" side by side one stays.
std::string pattern_text(const std::vector<std::string>& texts, const std::vector<std::uint16_t>& blanks);

// The part of a line that is a text: of a JSON object its message. `in_json`: that is not the whole line.
struct Message {
  std::string text;
  bool in_json = false;
};
Message message_of(std::string_view line);

}  // namespace oc::query
