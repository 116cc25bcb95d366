#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "collector/expr/functions.h"

namespace oc::collector::expr {

namespace {

using Answer = Result<Value>;
using Type = Value::Type;

Answer unfit(std::string_view function, const Value& value) {
  return permanent(fmt::format("{}() cannot be used with {}", function, type_name(value)));
}

Status all_lists(std::string_view function, std::span<const Value> arguments) {
  for (const auto& argument : arguments)
    if (!argument.is_list()) return std::unexpected(unfit(function, argument).error());
  return {};
}

Answer concat(std::span<const Value> in, Arena& arena) {
  OC_TRY(all_lists("concat", in));
  Value list = Value::empty_list();
  for (const auto& part : in)
    for (const auto& item : part.items()) list.push_back(item, arena);
  return list;
}

// Values are at most as deep as what reads them allows.
void append_flat(const Value& list, Value& out, Arena& arena) {
  for (const auto& item : list.items())
    if (item.is_list())
      append_flat(item, out, arena);
    else
      out.push_back(item, arena);
}

Answer flatten(std::span<const Value> in, Arena& arena) {
  OC_TRY(all_lists("flatten", in));
  Value list = Value::empty_list();
  append_flat(in[0], list, arena);
  return list;
}

Answer uniq(std::span<const Value> in, Arena& arena) {
  OC_TRY(all_lists("uniq", in));
  Value list = Value::empty_list();
  for (const auto& item : in[0].items())
    if (std::ranges::none_of(list.items(), [&](const Value& known) { return contracts::otlp::equal(known, item); }))
      list.push_back(item, arena);
  return list;
}

Answer reverse(std::span<const Value> in, Arena& arena) {
  OC_TRY(all_lists("reverse", in));
  Value list = Value::empty_list();
  for (std::uint32_t i = in[0].size; i > 0; --i) list.push_back(in[0].list[i - 1], arena);
  return list;
}

Answer sort(std::span<const Value> in, Arena& arena) {
  if (in[0].is_null()) return Value::empty_list();
  OC_TRY(all_lists("sort", in.first(1)));
  const bool descending = in.size() > 1 && in[1].is_string() && in[1].text() == "desc";
  return sorted(in[0], in[0], descending, arena);
}

Answer take(std::span<const Value> in, Arena& arena) {
  OC_TRY(all_lists("take", in.first(1)));
  if (!in[1].is_number() || in[1].as_double() < 0) return unfit("take", in[1]);
  Value list = Value::empty_list();
  for (std::uint32_t i = 0; i < in[0].size && i + 1 <= in[1].as_double(); ++i) list.push_back(in[0].list[i], arena);
  return list;
}

// Unlike a[b], nil where there is nothing.
Answer get(std::span<const Value> in, Arena&) {
  if (in[0].is_map() && in[1].is_string()) {
    const Value* found = in[0].find(in[1].text());
    return found ? *found : Value();
  }
  if (!in[0].is_list() || !in[1].is_number()) return Value();
  const double at = in[1].as_double() < 0 ? in[1].as_double() + in[0].size : in[1].as_double();
  return at >= 0 && at < in[0].size ? in[0].list[static_cast<std::size_t>(at)] : Value();
}

Answer to_pairs(std::span<const Value> in, Arena& arena) {
  if (!in[0].is_map()) return unfit("toPairs", in[0]);
  Value list = Value::empty_list();
  for (const auto& field : in[0].fields()) {
    Value pair = Value::empty_list();
    pair.push_back(Value::of(field.key), arena);
    pair.push_back(field.value, arena);
    list.push_back(pair, arena);
  }
  return list;
}

Answer from_pairs(std::span<const Value> in, Arena& arena) {
  OC_TRY(all_lists("fromPairs", in));
  Value map = Value::empty_map();
  for (const auto& pair : in[0].items()) {
    if (!pair.is_list() || pair.size != 2 || !pair.list[0].is_string()) return unfit("fromPairs", pair);
    map.set(pair.list[0].text(), pair.list[1], arena);
  }
  return map;
}

Result<std::vector<double>> numbers_of(std::string_view function, std::span<const Value> in) {
  std::vector<double> numbers;
  for (const auto& value : in) {
    if (value.is_list()) {
      OC_TRY_ASSIGN(const auto inner, numbers_of(function, value.items()));
      numbers.insert(numbers.end(), inner.begin(), inner.end());
    } else if (value.is_number()) {
      numbers.push_back(value.as_double());
    } else {
      return std::unexpected(unfit(function, value).error());
    }
  }
  return numbers;
}

Answer mean(std::span<const Value> in, Arena&) {
  OC_TRY_ASSIGN(const auto numbers, numbers_of("mean", in));
  if (numbers.empty()) return Value::of(0.0);
  return Value::of(std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size()));
}

Answer median(std::span<const Value> in, Arena&) {
  OC_TRY_ASSIGN(auto numbers, numbers_of("median", in));
  if (numbers.empty()) return Value::of(0.0);
  std::ranges::sort(numbers);
  const auto half = numbers.size() / 2;
  return Value::of(numbers.size() % 2 == 1 ? numbers[half] : (numbers[half - 1] + numbers[half]) / 2);
}

Answer split_after(std::span<const Value> in, Arena& arena) {
  if (!in[0].is_string() || !in[1].is_string() || in[1].size == 0) return unfit("splitAfter", in[0]);
  std::string_view rest = in[0].text();
  const std::int64_t most = in.size() > 2 && in[2].type == Type::kInt ? in[2].integer : -1;
  Value list = Value::empty_list();
  while (most < 0 || list.size + 1 < most) {
    const auto at = rest.find(in[1].text());
    if (at == rest.npos) break;
    list.push_back(Value::of(rest.substr(0, at + in[1].size)), arena);
    rest.remove_prefix(at + in[1].size);
  }
  list.push_back(Value::of(rest), arena);
  return list;
}

// Go shifts by 64 and more, too.
std::int64_t shifted_left(std::int64_t a, std::int64_t by) {
  return by > 63 ? 0 : static_cast<std::int64_t>(static_cast<std::uint64_t>(a) << by);
}
std::int64_t shifted_right(std::int64_t a, std::int64_t by) { return a >> std::min<std::int64_t>(by, 63); }
std::int64_t shifted_unsigned(std::int64_t a, std::int64_t by) {
  return by > 63 ? 0 : static_cast<std::int64_t>(static_cast<std::uint64_t>(a) >> by);
}
std::int64_t bits_and(std::int64_t a, std::int64_t b) { return a & b; }
std::int64_t bits_or(std::int64_t a, std::int64_t b) { return a | b; }
std::int64_t bits_xor(std::int64_t a, std::int64_t b) { return a ^ b; }
std::int64_t bits_and_not(std::int64_t a, std::int64_t b) { return a & ~b; }

template <std::int64_t (*of)(std::int64_t, std::int64_t), bool shifts = false>
Answer bits(std::span<const Value> in, Arena&) {
  for (const auto& value : in)
    if (value.type != Type::kInt) return unfit("a function of bits", value);
  if (shifts && in[1].integer < 0) return permanent("a shift is not negative");
  return Value::of(of(in[0].integer, in[1].integer));
}

Answer bits_not(std::span<const Value> in, Arena&) {
  if (in[0].type != Type::kInt) return unfit("bitnot", in[0]);
  return Value::of(~in[0].integer);
}

constexpr Builtin kListBuiltins[] = {
    {"concat", 1, 100, StaticType::kList, concat},
    {"flatten", 1, 1, StaticType::kList, flatten},
    {"uniq", 1, 1, StaticType::kList, uniq},
    {"reverse", 1, 1, StaticType::kList, reverse},
    {"sort", 1, 2, StaticType::kList, sort},
    {"take", 2, 2, StaticType::kList, take},
    {"get", 2, 2, StaticType::kAny, get},
    {"toPairs", 1, 1, StaticType::kList, to_pairs},
    {"fromPairs", 1, 1, StaticType::kMap, from_pairs},
    {"mean", 1, 100, StaticType::kNumber, mean},
    {"median", 1, 100, StaticType::kNumber, median},
    {"splitAfter", 2, 3, StaticType::kList, split_after},
    {"bitand", 2, 2, StaticType::kNumber, bits<bits_and>},
    {"bitor", 2, 2, StaticType::kNumber, bits<bits_or>},
    {"bitxor", 2, 2, StaticType::kNumber, bits<bits_xor>},
    {"bitnand", 2, 2, StaticType::kNumber, bits<bits_and_not>},
    {"bitnot", 1, 1, StaticType::kNumber, bits_not},
    {"bitshl", 2, 2, StaticType::kNumber, bits<shifted_left, true>},
    {"bitshr", 2, 2, StaticType::kNumber, bits<shifted_right, true>},
    {"bitushr", 2, 2, StaticType::kNumber, bits<shifted_unsigned, true>},
};

bool comes_before(const Value& a, const Value& b) {
  return a.is_string() ? a.text() < b.text() : a.as_double() < b.as_double();
}

}  // namespace

std::span<const Builtin> list_builtins() { return kListBuiltins; }

Result<Value> sorted(const Value& list, const Value& keys, bool descending, Arena& arena) {
  for (const auto& key : keys.items())
    if (!key.is_number() && !key.is_string())
      return unfit("sort", key);
    else if (key.is_string() != keys.list[0].is_string())
      return permanent("sort() of texts and numbers");
  std::vector<std::uint32_t> order(list.size);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return descending ? comes_before(keys.list[b], keys.list[a]) : comes_before(keys.list[a], keys.list[b]);
  });
  Value made = Value::empty_list();
  for (const auto i : order) made.push_back(list.list[i], arena);
  return made;
}

}  // namespace oc::collector::expr
