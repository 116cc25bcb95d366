#include "collector/expr/functions.h"

#include <algorithm>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdlib>
#include <cwctype>
#include <limits>

#include <fmt/format.h>

#include "base/utf8.h"
#include "collector/record/json_value.h"
#include "contracts/otlp/json_values.h"
#include "contracts/otlp/value_text.h"

namespace oc::collector::expr {

namespace otlp = contracts::otlp;

namespace {

using Arguments = std::span<const Value>;
using Answer = Result<Value>;

constexpr std::size_t kLongestResult = 16 << 20;  // as the longest line; repeat() could ask for anything

Answer text(std::string_view made, Arena& arena) { return Value::of(arena.copy(made)); }

Answer wrong_type(std::string_view function, const Value& value) {
  return permanent(fmt::format("{}() cannot be used with {}", function, type_name(value)));
}

Status all_strings(std::string_view function, Arguments arguments) {
  for (const auto& argument : arguments)
    if (!argument.is_string()) return std::unexpected(wrong_type(function, argument).error());
  return {};
}

std::int64_t length(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
}

Answer len(Arguments in, Arena&) {
  if (in[0].is_string()) return Value::of(length(in[0].text()));
  if (in[0].is_list() || in[0].is_map()) return Value::of(std::int64_t{in[0].size});
  return wrong_type("len", in[0]);
}

std::uint32_t decoded(std::string_view character) {
  if (character.size() == 1) return static_cast<unsigned char>(character[0]);
  std::uint32_t code = static_cast<unsigned char>(character[0]) & (0x7F >> character.size());
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3F);
  return code;
}

// Character by character, as Go's: ß stays, being two letters in upper case.
template <wint_t (*change)(wint_t, locale_t)>
Answer change_case(Arguments in, Arena& arena) {
  static const locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  OC_TRY(all_strings("lower", in));
  std::string changed;
  for (std::string_view rest = in[0].text(); !rest.empty();) {
    const auto length = std::max<std::size_t>(utf8_length(rest), 1);
    const auto code = decoded(rest.substr(0, length));
    if (unicode && (length > 1 || code < 0x80))
      append_utf8(changed, static_cast<std::uint32_t>(change(code, unicode)));
    else
      changed += rest.substr(0, length);
    rest.remove_prefix(length);
  }
  return text(changed, arena);
}

std::string_view trimmed(std::string_view text, std::string_view blanks, bool front, bool back) {
  if (front) text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  if (back) text = text.substr(0, text.find_last_not_of(blanks) + 1);
  return text;
}

Answer trim(Arguments in, Arena&) {
  OC_TRY(all_strings("trim", in));
  return Value::of(trimmed(in[0].text(), in.size() > 1 ? in[1].text() : " \t\n\v\f\r", true, true));
}

Answer trim_prefix(Arguments in, Arena&) {
  OC_TRY(all_strings("trimPrefix", in));
  const auto prefix = in.size() > 1 ? in[1].text() : " ";
  auto rest = in[0].text();
  if (rest.starts_with(prefix)) rest.remove_prefix(prefix.size());
  return Value::of(rest);
}

Answer trim_suffix(Arguments in, Arena&) {
  OC_TRY(all_strings("trimSuffix", in));
  const auto suffix = in.size() > 1 ? in[1].text() : " ";
  auto rest = in[0].text();
  if (rest.ends_with(suffix)) rest.remove_suffix(suffix.size());
  return Value::of(rest);
}

Answer has_prefix(Arguments in, Arena&) {
  OC_TRY(all_strings("hasPrefix", in));
  return Value::of(in[0].text().starts_with(in[1].text()));
}

Answer has_suffix(Arguments in, Arena&) {
  OC_TRY(all_strings("hasSuffix", in));
  return Value::of(in[0].text().ends_with(in[1].text()));
}

Answer index_of(Arguments in, Arena&) {
  OC_TRY(all_strings("indexOf", in));
  const auto at = in[0].text().find(in[1].text());
  return Value::of(at == std::string_view::npos ? std::int64_t{-1} : static_cast<std::int64_t>(at));
}

Answer last_index_of(Arguments in, Arena&) {
  OC_TRY(all_strings("lastIndexOf", in));
  const auto at = in[0].text().rfind(in[1].text());
  return Value::of(at == std::string_view::npos ? std::int64_t{-1} : static_cast<std::int64_t>(at));
}

Answer split(Arguments in, Arena& arena) {
  OC_TRY(all_strings("split", in.first(2)));
  std::string_view rest = in[0].text();
  const auto separator = in[1].text();
  const std::int64_t most = in.size() > 2 && in[2].type == Value::Type::kInt ? in[2].integer : -1;
  Value list = Value::empty_list();
  while (most < 0 || list.size + 1 < most) {
    const auto at = separator.empty() ? (rest.empty() ? rest.npos : std::max<std::size_t>(utf8_length(rest), 1))
                                      : rest.find(separator);
    if (at >= rest.size()) break;
    list.push_back(Value::of(rest.substr(0, at)), arena);
    rest.remove_prefix(at + separator.size());
  }
  list.push_back(Value::of(rest), arena);
  return list;
}

Answer join(Arguments in, Arena& arena) {
  if (!in[0].is_list()) return wrong_type("join", in[0]);
  OC_TRY(all_strings("join", in.subspan(1)));
  std::string joined;
  for (const auto& item : in[0].items()) {
    if (!item.is_string()) return wrong_type("join", item);
    if (&item != in[0].list && in.size() > 1) joined += in[1].text();
    joined += item.text();
  }
  return text(joined, arena);
}

Answer replace(Arguments in, Arena& arena) {
  OC_TRY(all_strings("replace", in.first(3)));
  if (in[1].size == 0) return in[0];
  std::int64_t most = in.size() > 3 && in[3].type == Value::Type::kInt ? in[3].integer : -1;
  std::string replaced;
  std::string_view rest = in[0].text();
  for (auto at = rest.find(in[1].text()); at != std::string_view::npos && most != 0; at = rest.find(in[1].text())) {
    --most;
    replaced.append(rest.substr(0, at)).append(in[2].text());
    if (replaced.size() > kLongestResult) return permanent("replace() gives more than 16 MiB");
    rest.remove_prefix(at + in[1].size);
  }
  return text(replaced.append(rest), arena);
}

Answer repeat(Arguments in, Arena& arena) {
  if (!in[0].is_string()) return wrong_type("repeat", in[0]);
  if (in[1].type != Value::Type::kInt || in[1].integer < 0) return wrong_type("repeat", in[1]);
  const auto times = static_cast<std::uint64_t>(in[1].integer);
  if (in[0].size > 0 && times > kLongestResult / in[0].size) return permanent("repeat() gives more than 16 MiB");
  std::string repeated;
  for (std::uint64_t i = 0; i < times && in[0].size > 0; ++i) repeated += in[0].text();
  return text(repeated, arena);
}

template <bool (*better)(double, double)>
Answer extreme(Arguments in, Arena&) {
  if (in.size() == 1 && in[0].is_null()) return Value();
  const auto candidates = in.size() == 1 && in[0].is_list() ? Arguments(in[0].items()) : in;
  const Value* best = nullptr;
  for (const auto& candidate : candidates) {
    if (!candidate.is_number()) return wrong_type("max", candidate);
    if (!best || better(candidate.as_double(), best->as_double())) best = &candidate;
  }
  return best ? *best : Value();
}
bool greater(double a, double b) { return a > b; }
bool less(double a, double b) { return a < b; }

Answer absolute(Arguments in, Arena&) {
  if (in[0].type == Value::Type::kInt)
    return Value::of(in[0].integer < 0 ? static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(in[0].integer))
                                       : in[0].integer);
  if (in[0].type != Value::Type::kDouble) return wrong_type("abs", in[0]);
  return Value::of(std::abs(in[0].number));
}

template <double (*rounding)(double)>
Answer rounded(Arguments in, Arena&) {
  if (!in[0].is_number()) return wrong_type("round", in[0]);
  return Value::of(rounding(in[0].as_double()));
}
double ceil_of(double x) { return std::ceil(x); }
double floor_of(double x) { return std::floor(x); }
double round_of(double x) { return std::round(x); }

template <typename Number>
Answer parse(std::string_view text, std::string_view function) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    return permanent(fmt::format("{}(): '{}' is not a number", function, text));
  return Value::of(number);
}

Answer to_int(Arguments in, Arena&) {
  constexpr double kLimit = 9.2e18;
  if (in[0].type == Value::Type::kInt) return in[0];
  if (in[0].is_string()) return parse<std::int64_t>(in[0].text(), "int");
  if (in[0].type != Value::Type::kDouble || !(std::abs(in[0].number) < kLimit)) return wrong_type("int", in[0]);
  return Value::of(static_cast<std::int64_t>(in[0].number));
}

Answer to_float(Arguments in, Arena&) {
  if (in[0].is_number()) return Value::of(in[0].as_double());
  if (in[0].is_string()) return parse<double>(in[0].text(), "float");
  return wrong_type("float", in[0]);
}

Answer to_string(Arguments in, Arena& arena) { return in[0].is_string() ? in[0] : text(go_text(in[0]), arena); }

Answer type_of(Arguments in, Arena&) { return Value::of(type_name(in[0])); }

// json.MarshalIndent with two blanks, as expr-lang does it.
void append_indented(const Value& value, std::string& out, std::string& indent) {
  const bool map = value.is_map();
  if ((!map && !value.is_list()) || value.size == 0) {
    out += otlp::to_json(value);
    return;
  }
  std::vector<const otlp::Field*> sorted;
  if (map)
    for (const auto& field : value.fields()) sorted.push_back(&field);
  std::ranges::sort(sorted, {}, &otlp::Field::key);
  indent += "  ";
  out += map ? "{\n" : "[\n";
  for (std::uint32_t i = 0; i < value.size; ++i) {
    out += (i > 0 ? ",\n" : "") + indent;
    if (map) out += otlp::to_json(Value::of(sorted[i]->key)) + ": ";
    append_indented(map ? sorted[i]->value : value.list[i], out, indent);
  }
  indent.resize(indent.size() - 2);
  out += "\n" + indent + (map ? "}" : "]");
}

Answer to_json(Arguments in, Arena& arena) {
  std::string out, indent;
  append_indented(in[0], out, indent);
  std::string safe;  // for HTML: Go's encoder
  for (const char c : out)
    if (c == '<' || c == '>' || c == '&')
      safe += fmt::format("\\u{:04x}", c);
    else
      safe += c;
  return text(safe, arena);
}

Answer from_json(Arguments in, Arena& arena) {
  OC_TRY(all_strings("fromJSON", in));
  return parse_json_value(in[0].text(), {}, arena);
}

Answer keys(Arguments in, Arena& arena) {
  if (!in[0].is_map()) return wrong_type("keys", in[0]);
  Value list = Value::empty_list();
  for (const auto& field : in[0].fields()) list.push_back(Value::of(field.key), arena);
  return list;
}

Answer values(Arguments in, Arena& arena) {
  if (!in[0].is_map()) return wrong_type("values", in[0]);
  Value list = Value::empty_list();
  for (const auto& field : in[0].fields()) list.push_back(field.value, arena);
  return list;
}

Answer first(Arguments in, Arena&) {
  if (in[0].is_null()) return Value();
  if (!in[0].is_list()) return wrong_type("first", in[0]);
  return in[0].size > 0 ? in[0].items().front() : Value();
}

Answer last(Arguments in, Arena&) {
  if (in[0].is_null()) return Value();
  if (!in[0].is_list()) return wrong_type("last", in[0]);
  return in[0].size > 0 ? in[0].items().back() : Value();
}

Answer to_base64(Arguments in, Arena& arena) {
  OC_TRY(all_strings("toBase64", in));
  return text(otlp::base64(in[0].text()), arena);
}

Answer from_base64(Arguments in, Arena& arena) {
  OC_TRY(all_strings("fromBase64", in));
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  auto digits = in[0].text();
  while (digits.ends_with('=') && in[0].size - digits.size() < 2) digits.remove_suffix(1);
  if (in[0].size % 4 != 0 || digits.find_first_not_of(kDigits) != digits.npos)
    return permanent("fromBase64(): not base64");
  return text(otlp::to_valid_utf8(otlp::json_values::from_base64(digits)), arena);
}

Answer environment(Arguments in, Arena&) {
  OC_TRY(all_strings("env", in));
  const char* value = std::getenv(std::string(in[0].text()).c_str());
  return Value::of(value ? std::string_view(value) : std::string_view());
}

constexpr Builtin kBuiltins[] = {
    {"len", 1, 1, StaticType::kNumber, len},
    {"lower", 1, 1, StaticType::kString, change_case<towlower_l>},
    {"upper", 1, 1, StaticType::kString, change_case<towupper_l>},
    {"trim", 1, 2, StaticType::kString, trim},
    {"trimPrefix", 1, 2, StaticType::kString, trim_prefix},
    {"trimSuffix", 1, 2, StaticType::kString, trim_suffix},
    {"hasPrefix", 2, 2, StaticType::kBool, has_prefix},
    {"hasSuffix", 2, 2, StaticType::kBool, has_suffix},
    {"indexOf", 2, 2, StaticType::kNumber, index_of},
    {"lastIndexOf", 2, 2, StaticType::kNumber, last_index_of},
    {"split", 2, 3, StaticType::kList, split},
    {"join", 1, 2, StaticType::kString, join},
    {"replace", 3, 4, StaticType::kString, replace},
    {"repeat", 2, 2, StaticType::kString, repeat},
    {"max", 1, 100, StaticType::kAny, extreme<greater>},
    {"min", 1, 100, StaticType::kAny, extreme<less>},
    {"abs", 1, 1, StaticType::kNumber, absolute},
    {"ceil", 1, 1, StaticType::kNumber, rounded<ceil_of>},
    {"floor", 1, 1, StaticType::kNumber, rounded<floor_of>},
    {"round", 1, 1, StaticType::kNumber, rounded<round_of>},
    {"int", 1, 1, StaticType::kNumber, to_int},
    {"float", 1, 1, StaticType::kNumber, to_float},
    {"string", 1, 1, StaticType::kString, to_string},
    {"type", 1, 1, StaticType::kString, type_of},
    {"toJSON", 1, 1, StaticType::kString, to_json},
    {"fromJSON", 1, 1, StaticType::kAny, from_json},
    {"keys", 1, 1, StaticType::kList, keys},
    {"values", 1, 1, StaticType::kList, values},
    {"first", 1, 1, StaticType::kAny, first},
    {"last", 1, 1, StaticType::kAny, last},
    {"toBase64", 1, 1, StaticType::kString, to_base64},
    {"fromBase64", 1, 1, StaticType::kString, from_base64},
    {"env", 1, 1, StaticType::kString, environment},
};

// Go's %v: the shortest digits, with an exponent below 1e-4 and from 1e6 on.
std::string go_number(double number) {
  constexpr double kFirstWithExponent = 1e6;
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
  const double size = std::abs(number);
  const bool scientific = size != 0 && (size < 1e-4 || size >= kFirstWithExponent);
  char digits[512];
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  return {digits, std::to_chars(digits, digits + sizeof digits, number, format).ptr};
}

}  // namespace

const Builtin* find_builtin(std::string_view name) {
  for (const std::span<const Builtin> builtins : {std::span<const Builtin>(kBuiltins), list_builtins()})
    for (const auto& builtin : builtins)
      if (builtin.name == name) return &builtin;
  return nullptr;
}

std::vector<std::string> builtin_names() {
  std::vector<std::string> names;
  for (const auto& builtin : kBuiltins) names.emplace_back(builtin.name);
  for (const auto& builtin : list_builtins()) names.emplace_back(builtin.name);
  return names;
}

std::string_view type_name(const Value& value) {
  switch (value.type) {
    case Value::Type::kNull:
      return "nil";
    case Value::Type::kBool:
      return "bool";
    case Value::Type::kInt:
      return "int";
    case Value::Type::kDouble:
      return "float";
    case Value::Type::kString:
      return "string";
    case Value::Type::kBytes:
    case Value::Type::kList:
      return "array";
    case Value::Type::kMap:
      return "map";
  }
  return "nil";
}

std::string go_text(const Value& value) {
  switch (value.type) {
    case Value::Type::kNull:
      return "<nil>";
    case Value::Type::kDouble:
      return go_number(value.number);
    case Value::Type::kList: {
      std::string text = "[";
      for (const auto& item : value.items()) text += (text.size() > 1 ? " " : "") + go_text(item);
      return text + "]";
    }
    case Value::Type::kMap: {
      std::vector<std::string> parts;
      for (const auto& field : value.fields()) parts.push_back(fmt::format("{}:{}", field.key, go_text(field.value)));
      std::ranges::sort(parts);
      return fmt::format("map[{}]", fmt::join(parts, " "));
    }
    default:
      return otlp::to_text(value);
  }
}

}  // namespace oc::collector::expr
