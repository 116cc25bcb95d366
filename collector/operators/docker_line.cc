#include "collector/operators/docker_line.h"

#include <cstring>
#include <string>

#include "formats/json_string.h"

namespace oc::collector {

namespace {

bool take(std::string_view& rest, std::string_view expected) {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(expected.size());
  return true;
}

// Up to the quote that ends it, which stays.
std::string_view take_inside(std::string_view& rest, bool& escapes) {
  std::size_t size = 0;
  while (true) {
    size += formats::plain_json_length(rest.substr(size));
    if (size + 1 >= rest.size() || rest[size] != '\\') break;
    escapes = true;
    size += 2;
  }
  const auto inside = rest.substr(0, size);
  rest.remove_prefix(size);
  return inside;
}

// Most lines have but one escape, their end.
std::optional<std::string_view> unescaped(std::string_view inside, Arena& arena) {
  constexpr std::string_view kLineEnd = "\\n";
  if (inside.ends_with(kLineEnd) && inside.find('\\') == inside.size() - kLineEnd.size()) {
    const std::size_t size = inside.size() - 1;
    char* text = arena.array<char>(size);
    std::memcpy(text, inside.data(), size);
    text[size - 1] = '\n';
    return std::string_view(text, size);
  }
  std::string text;
  if (inside.find("\\'") != std::string_view::npos || !formats::append_unescaped_json(inside, text))
    return std::nullopt;
  return arena.copy(text);
}

}  // namespace

std::optional<DockerLine> docker_line(std::string_view line, Arena& arena) {
  DockerLine out;
  bool escapes = false, more_escapes = false;
  if (!take(line, R"({"log":")")) return std::nullopt;
  const auto inside = take_inside(line, escapes);
  if (!take(line, R"(","stream":")")) return std::nullopt;
  out.stream = take_inside(line, more_escapes);
  if (!take(line, R"(","time":")")) return std::nullopt;
  out.time = take_inside(line, more_escapes);
  if (line != R"("})" || more_escapes) return std::nullopt;
  const auto text = escapes ? unescaped(inside, arena) : std::optional(inside);
  if (!text) return std::nullopt;
  out.text = *text;
  return out;
}

}  // namespace oc::collector
