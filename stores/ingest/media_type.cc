#include "stores/ingest/media_type.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

namespace oc::stores {

namespace {

constexpr std::string_view kSpace = " \t\r\n\v\f";

bool is_token_character(char c) {
  constexpr std::string_view kSpecial = "()<>@,;:\\\"/[]?=";
  return c > ' ' && c < '\x7f' && kSpecial.find(c) == std::string_view::npos;
}

std::string lowercase(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

void skip_space(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size())); }

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::string_view take_token(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_token_character);
  const auto token = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(token.size());
  return token;
}

// nullopt: it does not end.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string value;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') {
      text.remove_prefix(at + 1);
      return value;
    }
    if (text[at] == '\r' || text[at] == '\n') return std::nullopt;
    if (text[at] == '\\' && at + 1 < text.size() && !is_token_character(text[at + 1])) ++at;
    value += text[at];
  }
  return std::nullopt;
}

std::optional<std::string> take_bare(std::string_view& text) {
  const auto token = take_token(text);
  if (token.empty()) return std::nullopt;
  return std::string(token);
}

// "; name=value" from the front of `text`. nullopt: there is none.
std::optional<std::pair<std::string, std::string>> take_parameter(std::string_view& text) {
  if (!take(text, ';')) return std::nullopt;
  skip_space(text);
  auto name = lowercase(take_token(text));
  skip_space(text);
  if (name.empty() || !take(text, '=')) return std::nullopt;
  skip_space(text);
  auto value = text.starts_with('"') ? take_quoted(text) : take_bare(text);
  if (!value) return std::nullopt;
  return std::pair(std::move(name), std::move(*value));
}

Status check_parameters(std::string_view text) {
  std::map<std::string, std::string> known;
  for (skip_space(text); !text.empty(); skip_space(text)) {
    if (text.starts_with(';') && text.find_first_not_of(kSpace, 1) == std::string_view::npos) return {};
    auto parameter = take_parameter(text);
    if (!parameter) return permanent("mime: invalid media parameter");
    const auto [place, is_new] = known.insert(*parameter);
    if (!is_new && place->second != parameter->second) return permanent("mime: duplicate parameter name");
  }
  return {};
}

Status check_type(std::string_view type) {
  if (take_token(type).empty()) return permanent("mime: no media type");
  if (type.empty()) return {};
  if (!take(type, '/')) return permanent("mime: expected slash after first token");
  if (take_token(type).empty()) return permanent("mime: expected token after slash");
  if (!type.empty()) return permanent("mime: unexpected content after media subtype");
  return {};
}

}  // namespace

Result<std::string> media_type(std::string_view content_type) {
  const auto end = std::min(content_type.find(';'), content_type.size());
  auto type = content_type.substr(0, end);
  skip_space(type);
  type = type.substr(0, type.find_last_not_of(kSpace) + 1);
  OC_TRY(check_type(type));
  OC_TRY(check_parameters(content_type.substr(end)));
  return lowercase(type);
}

}  // namespace oc::stores
