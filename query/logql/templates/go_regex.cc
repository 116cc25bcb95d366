#include "query/logql/templates/go_regex.h"

#include <charconv>
#include <vector>

#include <re2/re2.h>

#include "query/logql/templates/unicode_text.h"

namespace oc::query {

namespace {

bool is_group_name(char c) { return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

// Takes "name", "1" or "{name}" from behind a dollar. False: there is none.
bool take_group_name(std::string_view& rest, std::string_view& name) {
  auto inside = rest;
  const bool braced = inside.starts_with('{');
  if (braced) inside.remove_prefix(1);
  std::size_t size = 0;
  while (size < inside.size() && is_group_name(inside[size])) ++size;
  name = inside.substr(0, size);
  if (name.empty() || (braced && !inside.substr(size).starts_with('}'))) return false;
  rest = inside.substr(size + (braced ? 1 : 0));
  return true;
}

std::string_view group_text(const re2::RE2& regex, const RegexMatch& match, std::string_view name) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc() && end == name.data() + name.size())
    return number < match.groups.size() ? match.groups[number] : std::string_view();
  const auto& names = regex.NamedCapturingGroups();
  const auto found = names.find(std::string(name));
  return found == names.end() ? std::string_view() : match.groups[static_cast<std::size_t>(found->second)];
}

void expand(std::string& out, const re2::RE2& regex, const RegexMatch& match, std::string_view replacement) {
  for (;;) {
    const auto dollar = replacement.find('$');
    out += replacement.substr(0, dollar);
    if (dollar == std::string_view::npos) return;
    replacement.remove_prefix(dollar + 1);
    std::string_view name;
    if (take_group_name(replacement, name)) {
      out += group_text(regex, match, name);
    } else {
      out += '$';
      if (replacement.starts_with('$')) replacement.remove_prefix(1);
    }
  }
}

}  // namespace

void each_match(const re2::RE2& regex, std::string_view text, const std::function<void(const RegexMatch&)>& visit) {
  const auto count = regex.NumberOfCapturingGroups() + 1;
  std::vector<re2::StringPiece> found(static_cast<std::size_t>(count));
  std::vector<std::string_view> groups(found.size());
  const re2::StringPiece whole(text.data(), text.size());
  std::size_t from = 0, last_end = std::string_view::npos;
  while (from <= text.size() && regex.Match(whole, from, text.size(), re2::RE2::UNANCHORED, found.data(), count)) {
    RegexMatch match;
    match.begin = static_cast<std::size_t>(found[0].data() - text.data());
    match.end = match.begin + found[0].size();
    const bool empty_behind_last = match.end == match.begin && match.begin == last_end;
    if (!empty_behind_last) {
      for (std::size_t i = 0; i < found.size(); ++i) groups[i] = {found[i].data(), found[i].size()};
      match.groups = groups;
      visit(match);
    }
    last_end = match.end;
    from = match.end;
    if (match.end == match.begin) from += from < text.size() ? first_rune(text.substr(from)).length : 1;
  }
}

Result<std::string> replace_matches(const TemplateMemory& memory, const re2::RE2& regex, std::string_view text,
                                    std::string_view replacement, bool literal) {
  std::string out;
  std::size_t copied = 0;
  Status fits;
  each_match(regex, text, [&](const RegexMatch& match) {
    if (!fits) return;
    out += text.substr(copied, match.begin - copied);
    copied = match.end;
    if (literal) {
      out += replacement;
    } else {
      expand(out, regex, match, replacement);
    }
    fits = memory.check(out.size());
  });
  OC_TRY(std::move(fits));
  return out.append(text.substr(copied));
}

}  // namespace oc::query
