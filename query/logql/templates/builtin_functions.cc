// The functions that Go's text/template itself has, but for comparisons.
#include <algorithm>

#include <fmt/format.h>

#include "query/logql/templates/go_print.h"
#include "query/logql/templates/template.h"
#include "query/logql/templates/template_function.h"
#include "query/logql/templates/unicode_text.h"
#include "query/logql/templates/url_text.h"

namespace oc::query {

namespace {

using BuiltinType = TemplateValue::Type;

Result<TemplateValue> length_of(const TemplateCall&, TemplateArguments arguments) {
  const auto& item = arguments[0];
  if (item.is(BuiltinType::kNil)) return permanent("len of nil pointer");
  if (item.is(BuiltinType::kNone)) return permanent("reflect: call of reflect.Value.Type on zero Value");
  const bool counts = item.is(BuiltinType::kString) || item.is(BuiltinType::kList) || item.is(BuiltinType::kMap) ||
                      item.is(BuiltinType::kLabels);
  if (!counts) return permanent(fmt::format("len of type {}", item.inner_type_name()));
  return TemplateValue::integer(static_cast<std::int64_t>(item.size()));
}

Result<std::size_t> index_argument(const TemplateValue& index, std::size_t most) {
  if (index.is_nothing()) return permanent("cannot index slice/array with nil");
  if (!index.is_integer())
    return permanent(fmt::format("cannot index slice/array with type {}", index.inner_type_name()));
  const auto number = index.as_integer();
  if (number < 0 || static_cast<std::size_t>(number) > most)
    return permanent(fmt::format("index out of range: {}", number));
  return static_cast<std::size_t>(number);
}

Result<TemplateValue> element_by_number(const TemplateValue& item, const TemplateValue& index) {
  OC_TRY_ASSIGN(const auto at, index_argument(index, item.size()));
  if (at == item.size()) {
    return permanent(item.is_text() ? "reflect: string index out of range" : "reflect: slice index out of range");
  }
  if (item.is_text())
    return TemplateValue::integer(static_cast<unsigned char>(item.as_string()[at]), BuiltinType::kUint8);
  return item.as_list()[at].in_interface();
}

Result<TemplateValue> element_by_name(const TemplateValue& item, const TemplateValue& name) {
  if (name.is_nothing()) return permanent("value is nil; should be of type string");
  if (!name.is_text()) return permanent(fmt::format("value has type {}; should be string", name.inner_type_name()));
  if (item.is(BuiltinType::kLabels)) return TemplateValue::string(item.as_labels().get(name.as_string()));
  const auto found = item.as_map().find(name.as_string());
  return found == item.as_map().end() ? TemplateValue::nil() : found->second.in_interface();
}

Result<TemplateValue> element(const TemplateCall&, TemplateArguments arguments) {
  auto item = arguments[0];
  if (item.is_nothing()) return permanent("index of untyped nil");
  for (const auto& index : arguments.subspan(1)) {
    if (item.is(BuiltinType::kNil)) return permanent("index of nil pointer");
    if (item.is_text() || item.is(BuiltinType::kList)) {
      OC_TRY_ASSIGN(item, element_by_number(item, index));
    } else if (item.is(BuiltinType::kMap) || item.is(BuiltinType::kLabels)) {
      OC_TRY_ASSIGN(item, element_by_name(item, index));
    } else {
      return permanent(fmt::format("can't index item of type {}", item.inner_type_name()));
    }
  }
  return item;
}

Result<TemplateValue> slice_of(const TemplateCall& call, TemplateArguments arguments) {
  const auto& item = arguments[0];
  if (item.is_nothing()) return permanent("slice of untyped nil");
  const auto indexes = arguments.subspan(1);
  if (indexes.size() > 3) return permanent(fmt::format("too many slice indexes: {}", indexes.size()));
  if (!item.is_text() && !item.is(BuiltinType::kList))
    return permanent(fmt::format("can't slice item of type {}", item.inner_type_name()));
  if (item.is_text() && indexes.size() == 3) return permanent("cannot 3-index slice a string");
  std::size_t bounds[3] = {0, item.size(), item.size()};
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    OC_TRY_ASSIGN(bounds[i], index_argument(indexes[i], item.size()));
  }
  for (std::size_t i = 0; i < 2; ++i) {
    if (bounds[i] > bounds[i + 1])
      return permanent(fmt::format("invalid slice index: {} > {}", bounds[i], bounds[i + 1]));
  }
  if (item.is_text()) return TemplateValue::string(item.as_string().substr(bounds[0], bounds[1] - bounds[0]));
  const auto begin = item.as_list().begin();
  return call.memory.list(
      TemplateList(begin + static_cast<std::ptrdiff_t>(bounds[0]), begin + static_cast<std::ptrdiff_t>(bounds[1])));
}

Result<TemplateValue> print(const TemplateCall& call, TemplateArguments arguments) {
  return call.memory.string(go_print(arguments));
}

Result<TemplateValue> print_line(const TemplateCall& call, TemplateArguments arguments) {
  return call.memory.string(go_print_line(arguments));
}

Result<TemplateValue> print_format(const TemplateCall& call, TemplateArguments arguments) {
  OC_TRY_ASSIGN(auto text, go_printf(call.memory, arguments[0].as_string(), arguments.subspan(1)));
  return call.memory.string(std::move(text));
}

// The text of the arguments; one that holds nothing is "<no value>" here.
std::string argument_texts(TemplateArguments arguments) {
  std::vector<TemplateValue> shown(arguments.begin(), arguments.end());
  for (auto& value : shown) {
    if (value.is_nothing()) value = TemplateValue::string("<no value>");
  }
  return go_print(shown);
}

Result<TemplateValue> html(const TemplateCall& call, TemplateArguments arguments) {
  std::string out;
  for (const char c : argument_texts(arguments)) {
    switch (c) {
      case '\0':
        out += "\uFFFD";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return call.memory.string(std::move(out));
}

Result<TemplateValue> javascript(const TemplateCall& call, TemplateArguments arguments) {
  std::string out;
  const auto text = argument_texts(arguments);
  for (std::string_view rest = text; !rest.empty();) {
    const auto rune = first_rune(rest);
    const auto character = rest.substr(0, rune.length);
    rest.remove_prefix(rune.length);
    if (character == "\\" || character == "'" || character == "\"") {
      out.append("\\").append(character);
    } else if (rune.code < ' ' || character == "<" || character == ">" || character == "&" || character == "=" ||
               !is_printable(rune.code)) {
      out += fmt::format("\\u{:04X}", rune.code);
    } else {
      out += character;
    }
  }
  return call.memory.string(std::move(out));
}

Result<TemplateValue> url_query(const TemplateCall& call, TemplateArguments arguments) {
  return call.memory.string(query_escape(argument_texts(arguments)));
}

// No value here is a function.
Result<TemplateValue> call_value(const TemplateCall&, TemplateArguments arguments) {
  if (arguments[0].is_nothing()) return permanent("call of nil");
  std::string shown;
  append_value(shown, arguments[0]);
  return permanent(fmt::format("non-function {} of type {}", shown, arguments[0].inner_type_name()));
}

Result<TemplateValue> logical_not(const TemplateCall&, TemplateArguments arguments) {
  return TemplateValue::boolean(!arguments[0].is_true());
}

constexpr TemplateFunction kBuiltins[] = {
    {"and", "vv*", nullptr},    {"or", "vv*", nullptr},        {"not", "v", logical_not},
    {"len", "v", length_of},    {"index", "vv*", element},     {"slice", "vv*", slice_of},
    {"print", "a*", print},     {"println", "a*", print_line}, {"printf", "sa*", print_format},
    {"html", "a*", html},       {"js", "a*", javascript},      {"urlquery", "a*", url_query},
    {"call", "vv*", call_value}};

}  // namespace

std::span<const TemplateFunction> builtin_functions() { return kBuiltins; }

}  // namespace oc::query
