// Functions on texts: those of Go's strings package that Loki offers, and sprig's.
#include <algorithm>

#include <fmt/format.h>
#include <re2/re2.h>

#include "query/logql/templates/template_function.h"
#include "query/logql/templates/unicode_text.h"

namespace oc::query {

namespace {

Result<TemplateValue> lower_text(const TemplateCall& call, TemplateArguments arguments) {
  return call.memory.string(to_lower_text(arguments[0].as_string()));
}
Result<TemplateValue> upper_text(const TemplateCall& call, TemplateArguments arguments) {
  return call.memory.string(to_upper_text(arguments[0].as_string()));
}
Result<TemplateValue> title_text(const TemplateCall& call, TemplateArguments arguments) {
  return call.memory.string(to_title_text(arguments[0].as_string()));
}

// The first `most` ones, all if it is negative. An empty `from` stands before each character and at the end.
Result<TemplateValue> replaced(const TemplateCall& call, std::string_view text, std::string_view from,
                               std::string_view to, std::int64_t most) {
  std::string out;
  while (most != 0) {
    const auto at = from.empty() ? 0 : text.find(from);
    if (at == std::string_view::npos) break;
    out.append(text.substr(0, at)).append(to);
    text.remove_prefix(at + from.size());
    if (most > 0) --most;
    OC_TRY(call.memory.check(out.size() + text.size()));
    if (!from.empty()) continue;
    if (text.empty()) break;
    const auto length = first_rune(text).length;
    out += text.substr(0, length);
    text.remove_prefix(length);
  }
  return call.memory.string(out.append(text));
}

Result<TemplateValue> replace_some(const TemplateCall& call, TemplateArguments arguments) {
  return replaced(call, arguments[0].as_string(), arguments[1].as_string(), arguments[2].as_string(),
                  arguments[3].as_integer());
}
Result<TemplateValue> replace_all(const TemplateCall& call, TemplateArguments arguments) {
  return replaced(call, arguments[2].as_string(), arguments[0].as_string(), arguments[1].as_string(), -1);
}

bool has_rune(std::string_view set, std::string_view rune) { return set.find(rune) != std::string_view::npos; }

std::string_view trim_left(std::string_view text, std::string_view set) {
  while (!text.empty() && has_rune(set, text.substr(0, first_rune(text).length)))
    text.remove_prefix(first_rune(text).length);
  return text;
}

std::string_view trim_right(std::string_view text, std::string_view set) {
  while (!text.empty()) {
    auto begin = text.size() - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
    if (!has_rune(set, text.substr(begin))) break;
    text.remove_suffix(text.size() - begin);
  }
  return text;
}

// `text` and `set`: the numbers of the parameters.
template <std::string_view (*left)(std::string_view, std::string_view),
          std::string_view (*right)(std::string_view, std::string_view), int text, int set>
Result<TemplateValue> trimmed(const TemplateCall&, TemplateArguments arguments) {
  auto shown = arguments[text].as_string();
  if constexpr (left != nullptr) shown = left(shown, arguments[set].as_string());
  if constexpr (right != nullptr) shown = right(shown, arguments[set].as_string());
  return TemplateValue::string(shown);
}

std::string_view without_prefix(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}
std::string_view without_suffix(std::string_view text, std::string_view suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

Result<TemplateValue> trimmed_space(const TemplateCall&, TemplateArguments arguments) {
  return TemplateValue::string(trim_space(arguments[0].as_string()));
}

// By bytes, as sprig does: the first, or with a negative count the last ones.
Result<TemplateValue> truncated(const TemplateCall&, TemplateArguments arguments) {
  const auto text = arguments[1].as_string();
  const auto count = arguments[0].as_integer();
  const auto size = static_cast<std::int64_t>(text.size());
  if (count < 0 && size + count > 0) return TemplateValue::string(text.substr(static_cast<std::size_t>(size + count)));
  return TemplateValue::string(count >= 0 && size > count ? text.substr(0, static_cast<std::size_t>(count)) : text);
}

std::unexpected<Error> out_of_bounds(std::string_view bounds, std::size_t size) {
  return permanent(fmt::format("runtime error: slice bounds out of range [{}] with length {}", bounds, size));
}

Result<TemplateValue> substring(const TemplateCall&, TemplateArguments arguments) {
  const auto text = arguments[2].as_string();
  const auto size = static_cast<std::int64_t>(text.size());
  auto begin = arguments[0].as_integer(), end = arguments[1].as_integer();
  if (begin < 0) {
    begin = 0;
    if (end < 0) return permanent(fmt::format("runtime error: slice bounds out of range [:{}]", end));
    if (end > size) return out_of_bounds(fmt::format(":{}", end), text.size());
  } else if (end < 0 || end > size) {
    if (begin > size) return permanent(fmt::format("runtime error: slice bounds out of range [{}:{}]", begin, size));
    end = size;
  }
  if (begin > end) return permanent(fmt::format("runtime error: slice bounds out of range [{}:{}]", begin, end));
  return TemplateValue::string(text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
}

Result<TemplateValue> contains_text(const TemplateCall&, TemplateArguments arguments) {
  return TemplateValue::boolean(arguments[1].as_string().find(arguments[0].as_string()) != std::string_view::npos);
}
Result<TemplateValue> has_prefix(const TemplateCall&, TemplateArguments arguments) {
  return TemplateValue::boolean(arguments[1].as_string().starts_with(arguments[0].as_string()));
}
Result<TemplateValue> has_suffix(const TemplateCall&, TemplateArguments arguments) {
  return TemplateValue::boolean(arguments[1].as_string().ends_with(arguments[0].as_string()));
}

Result<std::string> repeated_text(const TemplateCall& call, std::string_view text, std::int64_t count) {
  if (count < 0) return permanent("strings: negative Repeat count");
  if (text.empty()) return std::string();
  constexpr std::int64_t kMost = 1 << 30;  // far above what the memory takes, and its product fits
  OC_TRY(call.memory.check(text.size() * static_cast<std::size_t>(std::min(count, kMost))));
  std::string out;
  for (std::int64_t i = 0; i < count; ++i) out += text;
  return out;
}

Result<TemplateValue> repeated(const TemplateCall& call, TemplateArguments arguments) {
  OC_TRY_ASSIGN(auto text, repeated_text(call, arguments[1].as_string(), arguments[0].as_integer()));
  return call.memory.string(std::move(text));
}

Result<TemplateValue> indented_behind(const TemplateCall& call, std::string_view before, TemplateArguments arguments) {
  OC_TRY_ASSIGN(const auto pad, repeated_text(call, " ", arguments[0].as_integer()));
  std::string out = std::string(before) + pad;
  for (const char c : arguments[1].as_string()) {
    out += c;
    if (c != '\n') continue;
    out += pad;
    OC_TRY(call.memory.check(out.size()));
  }
  return call.memory.string(std::move(out));
}
Result<TemplateValue> indented(const TemplateCall& call, TemplateArguments arguments) {
  return indented_behind(call, "", arguments);
}
Result<TemplateValue> indented_on_new_line(const TemplateCall& call, TemplateArguments arguments) {
  return indented_behind(call, "\n", arguments);
}

// Exactly so many characters: blanks are added at the other side, or characters cut off there.
template <bool left>
Result<TemplateValue> aligned(const TemplateCall& call, TemplateArguments arguments) {
  const auto text = arguments[1].as_string();
  const auto count = arguments[0].as_integer(), size = static_cast<std::int64_t>(count_runes(text));
  if (count < 0 || count == size) return TemplateValue::string(text);
  if (count > size) {
    OC_TRY_ASSIGN(const auto pad, repeated_text(call, " ", count - size));
    return call.memory.string(left ? std::string(text) + pad : pad + std::string(text));
  }
  std::size_t cut = 0;
  for (std::int64_t i = 0; i < (left ? count : size - count); ++i) cut += first_rune(text.substr(cut)).length;
  return TemplateValue::string(left ? text.substr(0, cut) : text.substr(cut));
}

constexpr TemplateFunction kTexts[] = {{"ToLower", "s", lower_text},
                                       {"ToUpper", "s", upper_text},
                                       {"lower", "s", lower_text},
                                       {"upper", "s", upper_text},
                                       {"title", "s", title_text},
                                       {"Replace", "sssi", replace_some},
                                       {"replace", "sss", replace_all},
                                       {"Trim", "ss", trimmed<trim_left, trim_right, 0, 1>},
                                       {"TrimLeft", "ss", trimmed<trim_left, nullptr, 0, 1>},
                                       {"TrimRight", "ss", trimmed<nullptr, trim_right, 0, 1>},
                                       {"TrimPrefix", "ss", trimmed<without_prefix, nullptr, 0, 1>},
                                       {"TrimSuffix", "ss", trimmed<nullptr, without_suffix, 0, 1>},
                                       {"TrimSpace", "s", trimmed_space},
                                       {"trim", "s", trimmed_space},
                                       {"trimAll", "ss", trimmed<trim_left, trim_right, 1, 0>},
                                       {"trimPrefix", "ss", trimmed<without_prefix, nullptr, 1, 0>},
                                       {"trimSuffix", "ss", trimmed<nullptr, without_suffix, 1, 0>},
                                       {"trunc", "is", truncated},
                                       {"substr", "iis", substring},
                                       {"contains", "ss", contains_text},
                                       {"hasPrefix", "ss", has_prefix},
                                       {"hasSuffix", "ss", has_suffix},
                                       {"repeat", "is", repeated},
                                       {"indent", "is", indented},
                                       {"nindent", "is", indented_on_new_line},
                                       {"alignLeft", "is", aligned<true>},
                                       {"alignRight", "is", aligned<false>}};

}  // namespace

std::span<const TemplateFunction> text_functions() { return kTexts; }

}  // namespace oc::query
