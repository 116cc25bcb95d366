#include "formats/regex/go_syntax.h"

namespace oc::formats {

namespace {

bool begins_name(std::string_view text) {
  return text.starts_with("(?<") && !text.starts_with("(?<=") && !text.starts_with("(?<!");
}

// A "]" that comes first stands for itself.
bool closes_class(std::string_view before) { return !before.ends_with('[') && !before.ends_with("[^"); }

}  // namespace

std::string with_python_names(std::string_view expression) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    out += c;
    if (c == '\\' && i + 1 < expression.size()) {
      out += expression[++i];
    } else if (c == '[') {
      in_class = true;
    } else if (c == ']' && in_class) {
      in_class = !closes_class(expression.substr(0, i));
    } else if (!in_class && begins_name(expression.substr(i))) {
      out += "?P";
      ++i;
    }
  }
  return out;
}

bool cuts_characters(std::string_view expression) {
  for (std::size_t i = 0; i + 1 < expression.size(); ++i) {
    if (expression[i] == '\\' && expression[++i] == 'C') return true;
  }
  return false;
}

}  // namespace oc::formats
