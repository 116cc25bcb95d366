#include "agent/log_format/layout_pattern.h"

#include <re2/re2.h>

namespace oc::agent {
namespace {

std::string quoted(char c) { return RE2::QuoteMeta(re2::StringPiece(&c, 1)); }

std::string_view letter_pattern(char letter) {
  switch (letter) {
    case 'Y':
      return R"(\d{4})";
    case 'y':
      return R"(\d{2})";
    case 'j':
      return R"(\d{3})";
    case 'b':
    case 'B':
      return R"([[:alpha:]\x{80}-\x{10FFFF}]{3,10}\.?)";
    case 'a':
    case 'A':
      return R"([A-Za-z]{3,9})";
    case 'p':
      return R"([AaPp][Mm])";
    case 'z':
      return R"((?:Z|[+-]\d{2}:?(?:\d{2})?))";
    case 'Z':
      return R"([A-Za-z][\w/+-]+)";
    case 'f':
    case 'L':
      return R"(\d{1,9})";
    case 'e':
      return R"([ \d]?\d)";
    default:
      return R"(\d{1,2})";  // months, days, hours …: some programs do not pad them
  }
}

}  // namespace

std::string layout_pattern(std::string_view layout) {
  if (layout == "uptime_s") return R"( *\d+\.\d+)";
  if (layout == "tai64n") return "@[0-9a-f]{24}";
  if (layout.starts_with("epoch_s")) return R"(\d{10}(?:\.\d+)?)";
  if (layout.starts_with("epoch_")) return R"(\d{13,19})";
  std::string pattern;
  for (std::size_t at = 0; at < layout.size(); ++at) {
    if (layout[at] == '%' && at + 1 < layout.size()) {
      ++at;
      if (layout[at] >= '1' && layout[at] <= '9' && at + 1 < layout.size()) ++at;  // the count in %7f
      pattern += letter_pattern(layout[at]);
    } else {
      pattern += layout[at] == ' ' ? " +" : quoted(layout[at]);
    }
  }
  return pattern;
}

std::string signature_pattern(std::string_view signature) {
  std::string pattern;
  for (const char c : signature) pattern += c == 'w' ? R"(\S+?)" : c == ' ' ? R"(\s+)" : quoted(c);
  return pattern;
}

}  // namespace oc::agent
