// The line itself, regular expressions, and texts that hold something else: JSON, base64, parts of a URL, sizes.
#include <array>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/json.h"
#include "query/logql/go_text.h"
#include "query/logql/templates/go_regex.h"
#include "query/logql/templates/template_function.h"
#include "query/logql/templates/url_text.h"

namespace oc::query {

namespace {

Result<TemplateValue> line_text(const TemplateCall& call, TemplateArguments) {
  return TemplateValue::string(call.line);
}

Result<TemplateValue> default_value(const TemplateCall&, TemplateArguments arguments) {
  return arguments.size() < 2 || !arguments[1].is_true() ? arguments[0] : arguments[1];
}

template <bool literal>
Result<TemplateValue> regex_replace(const TemplateCall& call, TemplateArguments arguments) {
  OC_TRY_ASSIGN(const auto regex, call.regexes.get(arguments[0].as_string()));
  OC_TRY_ASSIGN(auto out,
                replace_matches(call.memory, *regex, arguments[1].as_string(), arguments[2].as_string(), literal));
  return call.memory.string(std::move(out));
}

Result<TemplateValue> regex_count(const TemplateCall& call, TemplateArguments arguments) {
  OC_TRY_ASSIGN(const auto regex, call.regexes.get(arguments[0].as_string()));
  std::int64_t count = 0;
  each_match(*regex, arguments[1].as_string(), [&](const RegexMatch&) { ++count; });
  return TemplateValue::integer(count);
}

Result<TemplateValue> url_encode(const TemplateCall& call, TemplateArguments arguments) {
  return call.memory.string(query_escape(arguments[0].as_string()));
}
Result<TemplateValue> url_decode(const TemplateCall& call, TemplateArguments arguments) {
  OC_TRY_ASSIGN(auto text, query_unescape(arguments[0].as_string()));
  return call.memory.string(std::move(text));
}

Result<TemplateValue> byte_size(const TemplateCall&, TemplateArguments arguments) {
  OC_TRY_ASSIGN(const auto size, parse_byte_size(arguments[0].as_string()));
  return TemplateValue::number(size);
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64_encoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    const auto group = text.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= group.size() ? kBase64[bits >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

// Newlines are skipped. An error names the byte that does not belong, as Go does.
Result<std::string> base64_decoded(std::string_view text) {
  const auto damaged = [](std::size_t at) {
    return permanent(fmt::format("illegal base64 data at input byte {}", at));
  };
  std::string out;
  std::uint32_t bits = 0;
  std::size_t held = 0, at = 0;
  for (; at < text.size() && text[at] != '='; ++at) {
    if (text[at] == '\n' || text[at] == '\r') continue;
    const auto value = kBase64.find(text[at]);
    if (value == std::string_view::npos) return damaged(at);
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++held % 4 == 0) {
      for (int shift = 16; shift >= 0; shift -= 8) out += static_cast<char>(bits >> shift & 0xFF);
    }
  }
  const auto rest = held % 4;
  if (rest == 0) return at == text.size() ? Result<std::string>(std::move(out)) : damaged(at);
  if (rest == 1) return damaged(at == text.size() ? at - 1 : at);
  const auto padding = text.substr(at);
  if (padding.size() < 4 - rest) return damaged(text.size());
  if (rest == 2 && padding[1] != '=') return damaged(at);
  if (padding.find_first_not_of("=\r\n") != std::string_view::npos || padding.size() > 4 - rest)
    return damaged(at + 4 - rest);
  out += static_cast<char>(bits >> (6 * rest - 8) & 0xFF);
  if (rest == 3) out += static_cast<char>(bits >> 2 & 0xFF);
  return out;
}

Result<TemplateValue> base64_encode(const TemplateCall& call, TemplateArguments arguments) {
  return call.memory.string(base64_encoded(arguments[0].as_string()));
}

// Missing padding is added; what is damaged becomes its error's text (Loki's way).
Result<TemplateValue> base64_decode(const TemplateCall& call, TemplateArguments arguments) {
  std::string text(arguments[0].as_string());
  if (text.size() % 4 > 1) text.append(4 - text.size() % 4, '=');
  auto decoded = base64_decoded(text);
  return call.memory.string(decoded ? std::move(*decoded) : decoded.error().message);
}

Result<TemplateValue> json_value(TemplateMemory& memory, const Json& json) {
  if (json.is_boolean()) return TemplateValue::boolean(json.get<bool>());
  if (json.is_number()) return TemplateValue::number(json.get<double>());
  if (json.is_string()) return memory.string(json.get<std::string>());
  if (json.is_array()) {
    TemplateList list;
    for (const auto& element : json) {
      OC_TRY_ASSIGN(auto value, json_value(memory, element));
      list.push_back(value);
    }
    return memory.list(std::move(list));
  }
  if (!json.is_object()) return TemplateValue::nil();
  TemplateMap map;
  for (const auto& [name, element] : json.items()) {
    OC_TRY_ASSIGN(map[name], json_value(memory, element));
  }
  return memory.map(std::move(map));
}

// What is not JSON gives nothing.
Result<TemplateValue> from_json(const TemplateCall& call, TemplateArguments arguments) {
  const auto json = parse_json(arguments[0].as_string());
  if (!json) return TemplateValue::nil();
  OC_TRY_ASSIGN(auto value, json_value(call.memory, *json));
  return value.in_interface();
}

constexpr TemplateFunction kEncodings[] = {{"__line__", "", line_text},
                                           {"default", "aa*", default_value},
                                           {"regexReplaceAll", "sss", regex_replace<false>},
                                           {"regexReplaceAllLiteral", "sss", regex_replace<true>},
                                           {"count", "ss", regex_count},
                                           {"urlencode", "s", url_encode},
                                           {"urldecode", "s", url_decode},
                                           {"bytes", "s", byte_size},
                                           {"b64enc", "s", base64_encode},
                                           {"b64dec", "s", base64_decode},
                                           {"fromJson", "s", from_json}};

}  // namespace

std::span<const TemplateFunction> encoding_functions() { return kEncodings; }

}  // namespace oc::query
