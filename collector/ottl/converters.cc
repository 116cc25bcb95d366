#include "collector/ottl/converters.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "collector/record/json_value.h"

namespace oc::collector::ottl {

namespace otlp = contracts::otlp;

namespace {

using Arguments = std::span<const Value>;
using Answer = Result<Value>;
using Type = Value::Type;

std::unexpected<Error> wrong_type(const Node& call, std::string_view wanted) {
  return permanent(fmt::format("{}: expected {}", call.text, wanted));
}

Answer text(std::string_view made, Arena& arena) { return Value::of(arena.copy(made)); }

Answer is_match(const Node& call, Arguments in, Arena&) {
  if (in[0].is_null()) return Value::of(false);
  const std::string made = in[0].is_string() ? std::string() : otlp::to_text(in[0]);
  const auto target = in[0].is_string() ? in[0].text() : std::string_view(made);
  if (call.regex) return Value::of(re2::RE2::PartialMatch(piece(target), *call.regex));
  if (!in[1].is_string()) return wrong_type(call, "a text as the pattern");
  OC_TRY_ASSIGN(const auto regex, compile_regex(in[1].text()));
  return Value::of(re2::RE2::PartialMatch(piece(target), *regex));
}

template <Type type>
Answer is_type(const Node&, Arguments in, Arena&) {
  return Value::of(in[0].type == type);
}

Answer len(const Node& call, Arguments in, Arena&) {
  if (!in[0].is_string() && !in[0].is_list() && !in[0].is_map()) return wrong_type(call, "a text, list or map");
  return Value::of(std::int64_t{in[0].size});
}

Answer has_prefix(const Node& call, Arguments in, Arena&) {
  if (!in[0].is_string() || !in[1].is_string()) return wrong_type(call, "two texts");
  return Value::of(in[0].text().starts_with(in[1].text()));
}

Answer has_suffix(const Node& call, Arguments in, Arena&) {
  if (!in[0].is_string() || !in[1].is_string()) return wrong_type(call, "two texts");
  return Value::of(in[0].text().ends_with(in[1].text()));
}

template <char first, char last>
Answer change_case(const Node& call, Arguments in, Arena& arena) {
  if (!in[0].is_string()) return wrong_type(call, "a text");
  std::string made(in[0].text());
  for (char& c : made)
    if (c >= first && c <= last) c = static_cast<char>(c ^ 0x20);
  return text(made, arena);
}

Answer trim(const Node& call, Arguments in, Arena&) {
  if (!in[0].is_string() || (in.size() > 1 && !in[1].is_string())) return wrong_type(call, "a text");
  const auto blanks = in.size() > 1 ? in[1].text() : std::string_view(" ");
  auto rest = in[0].text();
  rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
  return Value::of(rest.substr(0, rest.find_last_not_of(blanks) + 1));
}

Answer concat(const Node& call, Arguments in, Arena& arena) {
  if (!in[0].is_list() || !in[1].is_string()) return wrong_type(call, "a list and a delimiter");
  std::string joined;
  for (const auto& item : in[0].items()) {
    if (&item != in[0].list) joined += in[1].text();
    joined += item.is_null() ? "<nil>" : otlp::to_text(item);
  }
  return text(joined, arena);
}

Answer split(const Node& call, Arguments in, Arena& arena) {
  if (!in[0].is_string() || !in[1].is_string() || in[1].size == 0) return wrong_type(call, "a text and a delimiter");
  Value list = Value::empty_list();
  std::string_view rest = in[0].text();
  for (auto at = rest.find(in[1].text()); at != std::string_view::npos; at = rest.find(in[1].text())) {
    list.push_back(Value::of(rest.substr(0, at)), arena);
    rest.remove_prefix(at + in[1].size);
  }
  list.push_back(Value::of(rest), arena);
  return list;
}

Answer substring(const Node& call, Arguments in, Arena& arena) {
  if (!in[0].is_string() || in[1].type != Type::kInt || in[2].type != Type::kInt)
    return wrong_type(call, "a text, start and length");
  const std::int64_t start = in[1].integer, length = in[2].integer, size = in[0].size;
  if (start < 0 || length <= 0 || start > size || length > size - start)
    return permanent("Substring: the text is shorter than that");
  const auto part = in[0].text().substr(static_cast<std::size_t>(start), static_cast<std::size_t>(length));
  return text(otlp::to_valid_utf8(part), arena);
}

template <typename Number>
Answer parsed(std::string_view digits) {
  Number number{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return Value();
  return Value::of(number);
}

// What cannot be converted is nil.
Answer to_int(const Node&, Arguments in, Arena&) {
  constexpr double kLimit = 9.2e18;
  const auto& value = in[0];
  if (value.type == Type::kInt) return value;
  if (value.type == Type::kBool) return Value::of(std::int64_t{value.boolean});
  if (value.is_string()) return parsed<std::int64_t>(value.text());
  if (value.type != Type::kDouble || !(std::abs(value.number) < kLimit)) return Value();
  return Value::of(static_cast<std::int64_t>(value.number));
}

Answer to_double(const Node&, Arguments in, Arena&) {
  if (in[0].is_number()) return Value::of(in[0].as_double());
  if (in[0].type == Type::kBool) return Value::of(in[0].boolean ? 1.0 : 0.0);
  return in[0].is_string() ? parsed<double>(in[0].text()) : Value();
}

Answer to_string(const Node&, Arguments in, Arena& arena) {
  if (in[0].is_null() || in[0].is_string()) return in[0];
  return text(otlp::to_text(in[0]), arena);
}

Answer parse_json(const Node& call, Arguments in, Arena& arena) {
  if (!in[0].is_string()) return wrong_type(call, "a text");
  return parse_json_value(in[0].text(), {}, arena);
}

Answer contains_value(const Node& call, Arguments in, Arena&) {
  if (!in[0].is_list()) return wrong_type(call, "a list");
  return Value::of(std::ranges::any_of(in[0].items(), [&](const Value& item) { return otlp::equal(item, in[1]); }));
}

constexpr Converter kConverters[] = {
    {"IsMatch", 2, 2, is_match},
    {"IsString", 1, 1, is_type<Type::kString>},
    {"IsBool", 1, 1, is_type<Type::kBool>},
    {"IsInt", 1, 1, is_type<Type::kInt>},
    {"IsDouble", 1, 1, is_type<Type::kDouble>},
    {"IsList", 1, 1, is_type<Type::kList>},
    {"IsMap", 1, 1, is_type<Type::kMap>},
    {"Len", 1, 1, len},
    {"HasPrefix", 2, 2, has_prefix},
    {"HasSuffix", 2, 2, has_suffix},
    {"ToLowerCase", 1, 1, change_case<'A', 'Z'>},
    {"ToUpperCase", 1, 1, change_case<'a', 'z'>},
    {"Trim", 1, 2, trim},
    {"Concat", 2, 2, concat},
    {"Split", 2, 2, split},
    {"Substring", 3, 3, substring},
    {"Int", 1, 1, to_int},
    {"Double", 1, 1, to_double},
    {"String", 1, 1, to_string},
    {"ParseJSON", 1, 1, parse_json},
    {"ContainsValue", 2, 2, contains_value},
};

}  // namespace

const Converter* find_converter(std::string_view name) {
  const auto found = std::ranges::find(kConverters, name, &Converter::name);
  return found == std::end(kConverters) ? nullptr : &*found;
}

std::vector<std::string> converter_names() {
  std::vector<std::string> names;
  for (const auto& converter : kConverters) names.emplace_back(converter.name);
  return names;
}

}  // namespace oc::collector::ottl
