#include "collector/expr/evaluate.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "collector/expr/functions.h"

namespace oc::collector::expr {

namespace otlp = contracts::otlp;

namespace {

using Kind = Node::Kind;
using Type = Value::Type;

constexpr std::int64_t kLongestRange = 100'000;
// Loops in loops end here: expr-lang has a budget of a million, too.
constexpr int kMostSteps = 1'000'000;

struct TimeMethod {
  std::string_view name;
  std::int64_t (*of)(Nanos time);
};

using Days = std::chrono::sys_days;
constexpr Nanos kSecond = 1'000'000'000, kDay = 86'400 * kSecond;

Days day_of(Nanos time) { return Days(std::chrono::days(time / kDay - (time % kDay < 0 ? 1 : 0))); }
std::int64_t in_day(Nanos time) { return (time % kDay + kDay) % kDay; }
std::chrono::year_month_day date_of(Nanos time) { return std::chrono::year_month_day(day_of(time)); }

constexpr std::array<TimeMethod, 12> kTimeMethods = {{
    {"Year", [](Nanos t) { return std::int64_t{static_cast<int>(date_of(t).year())}; }},
    {"Month", [](Nanos t) { return std::int64_t{static_cast<unsigned>(date_of(t).month())}; }},
    {"Day", [](Nanos t) { return std::int64_t{static_cast<unsigned>(date_of(t).day())}; }},
    {"Hour", [](Nanos t) { return in_day(t) / (3600 * kSecond); }},
    {"Minute", [](Nanos t) { return in_day(t) / (60 * kSecond) % 60; }},
    {"Second", [](Nanos t) { return in_day(t) / kSecond % 60; }},
    {"Nanosecond", [](Nanos t) { return in_day(t) % kSecond; }},
    {"Weekday", [](Nanos t) { return std::int64_t{std::chrono::weekday(day_of(t)).c_encoding()}; }},
    {"YearDay",
     [](Nanos t) {
       return std::int64_t{(day_of(t) - Days(date_of(t).year() / std::chrono::January / 1)).count() + 1};
     }},
    {"Unix", [](Nanos t) { return t / kSecond; }},
    {"UnixMilli", [](Nanos t) { return t / 1'000'000; }},
    {"UnixNano", [](Nanos t) { return t; }},
}};

std::unexpected<Error> wrong_types(std::string_view op, const Value& left, const Value& right) {
  return permanent(fmt::format("{} {} {} cannot be worked out", type_name(left), op, type_name(right)));
}

std::string_view symbol(Operator op) {
  switch (op) {
    case Operator::kLess:
      return "<";
    case Operator::kLessEqual:
      return "<=";
    case Operator::kGreater:
      return ">";
    case Operator::kGreaterEqual:
      return ">=";
    case Operator::kAdd:
      return "+";
    case Operator::kSubtract:
      return "-";
    case Operator::kMultiply:
      return "*";
    case Operator::kDivide:
      return "/";
    case Operator::kModulo:
      return "%";
    case Operator::kPower:
      return "**";
    case Operator::kMatches:
      return "matches";
    case Operator::kContains:
      return "contains";
    case Operator::kStartsWith:
      return "startsWith";
    case Operator::kEndsWith:
      return "endsWith";
    case Operator::kIn:
      return "in";
    default:
      return "..";
  }
}

template <typename T>
bool compare(Operator op, const T& left, const T& right) {
  switch (op) {
    case Operator::kLess:
      return left < right;
    case Operator::kLessEqual:
      return left <= right;
    case Operator::kGreater:
      return left > right;
    default:
      return left >= right;
  }
}

Result<Value> order(Operator op, const Value& left, const Value& right) {
  if (left.type == Type::kInt && right.type == Type::kInt) return Value::of(compare(op, left.integer, right.integer));
  if (left.is_number() && right.is_number()) return Value::of(compare(op, left.as_double(), right.as_double()));
  if (left.is_string() && right.is_string()) return Value::of(compare(op, left.text(), right.text()));
  return wrong_types(symbol(op), left, right);
}

// Whole numbers wrap around, as in Go.
std::int64_t whole(Operator op, std::int64_t left, std::int64_t right) {
  const auto a = static_cast<std::uint64_t>(left), b = static_cast<std::uint64_t>(right);
  const auto result = op == Operator::kAdd ? a + b : op == Operator::kSubtract ? a - b : a * b;
  return static_cast<std::int64_t>(result);
}

Result<Value> modulo(const Value& left, const Value& right) {
  if (left.type != Type::kInt || right.type != Type::kInt) return wrong_types("%", left, right);
  if (right.integer == 0) return permanent("division by zero");
  return Value::of(right.integer == -1 ? std::int64_t{0} : left.integer % right.integer);
}

Result<Value> arithmetic(Operator op, const Value& left, const Value& right, Arena& arena) {
  if (op == Operator::kAdd && left.is_string() && right.is_string())
    return Value::of(arena.copy(std::string(left.text()).append(right.text())));
  if (op == Operator::kModulo) return modulo(left, right);
  if (!left.is_number() || !right.is_number()) return wrong_types(symbol(op), left, right);
  const double a = left.as_double(), b = right.as_double();
  if (op == Operator::kDivide) return Value::of(a / b);
  if (op == Operator::kPower) return Value::of(std::pow(a, b));
  if (left.type == Type::kInt && right.type == Type::kInt) return Value::of(whole(op, left.integer, right.integer));
  return Value::of(op == Operator::kAdd ? a + b : op == Operator::kSubtract ? a - b : a * b);
}

Result<Value> is_in(const Value& needle, const Value& hay) {
  if (hay.is_null()) return Value::of(false);
  if (hay.is_list())
    return Value::of(std::ranges::any_of(hay.items(), [&](const Value& item) { return otlp::equal(item, needle); }));
  if (hay.is_map() && needle.is_string()) return Value::of(hay.find(needle.text()) != nullptr);
  if (hay.is_map() && needle.is_null()) return Value::of(false);
  return wrong_types("in", needle, hay);
}

Result<Value> string_test(const Node& node, const Value& left, const Value& right) {
  if (left.is_null() || right.is_null()) return Value::of(false);
  if (!left.is_string() || !right.is_string()) return wrong_types(symbol(node.op), left, right);
  switch (node.op) {
    case Operator::kContains:
      return Value::of(left.text().find(right.text()) != std::string_view::npos);
    case Operator::kStartsWith:
      return Value::of(left.text().starts_with(right.text()));
    case Operator::kEndsWith:
      return Value::of(left.text().ends_with(right.text()));
    default:
      break;
  }
  if (node.regex) return Value::of(re2::RE2::PartialMatch(piece(left.text()), *node.regex));
  OC_TRY_ASSIGN(const auto regex, compile_regex(right.text()));
  return Value::of(re2::RE2::PartialMatch(piece(left.text()), *regex));
}

// Numbers of JSON are doubles, and places in lists as well.
Result<std::int64_t> whole_number(const Value& value) {
  constexpr double kLimit = 9.2e18;
  if (value.type == Type::kInt) return value.integer;
  if (value.type == Type::kDouble && std::abs(value.number) < kLimit) return static_cast<std::int64_t>(value.number);
  return permanent(fmt::format("{} is no whole number", type_name(value)));
}

Result<Value> range(const Value& from, const Value& to, Arena& arena) {
  OC_TRY_ASSIGN(const auto first, whole_number(from));
  OC_TRY_ASSIGN(const auto last, whole_number(to));
  Value list = Value::empty_list();
  if (last < first) return list;
  if (static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first) > kLongestRange)
    return permanent("the range is longer than 100000");
  for (auto at = first; at <= last; ++at) list.push_back(Value::of(at), arena);
  return list;
}

class Evaluator {
 public:
  Evaluator(const LogRecord& record, Arena& arena) : record_(record), arena_(arena) {}

  Result<Value> run(const Node& node) {
    if (++steps_ > kMostSteps) return permanent("the expression takes too long");
    switch (node.kind) {
      case Kind::kConstant:
        return node.constant;
      case Kind::kRoot:
        return record_.root(node.root);
      case Kind::kTimestamp:
        return Value::of(std::ranges::find(kTimeMethods, node.text, &TimeMethod::name)->of(record_.time_ns()));
      case Kind::kMember:
        return member(node);
      case Kind::kSlice:
        return slice(node);
      case Kind::kUnary:
        return unary(node);
      case Kind::kBinary:
        return binary(node);
      case Kind::kConditional: {
        OC_TRY_ASSIGN(const bool yes, truth(*node.args[0]));
        return run(*node.args[yes ? 1 : 2]);
      }
      case Kind::kList:
        return list(node);
      case Kind::kMap:
        return map(node);
      case Kind::kCall:
        return call(node);
      case Kind::kForEach:
        return for_each(node);
      case Kind::kElement:
        return element(node);
      case Kind::kLet: {
        OC_TRY_ASSIGN(const Value value, run(*node.args[0]));
        variables_.resize(std::max(variables_.size(), node.number + 1));
        variables_[node.number] = value;
        return run(*node.args[1]);
      }
      case Kind::kVariable:
        return variables_[node.number];
    }
    return Value();
  }

 private:
  Result<bool> truth(const Node& node) {
    OC_TRY_ASSIGN(const Value value, run(node));
    if (value.type != Type::kBool) return permanent(fmt::format("{} is neither true nor false", type_name(value)));
    return value.boolean;
  }

  Result<Value> member(const Node& node) {
    OC_TRY_ASSIGN(const Value holder, run(*node.args[0]));
    if (holder.is_null() && node.optional) return Value();
    OC_TRY_ASSIGN(const Value key, run(*node.args[1]));
    if (holder.is_map() && key.is_string()) {
      const Value* found = holder.find(key.text());
      return found ? *found : Value();
    }
    if ((holder.is_list() || holder.is_string()) && key.is_number()) {
      OC_TRY_ASSIGN(const auto number, whole_number(key));
      const auto at = number < 0 ? number + holder.size : number;
      if (at < 0 || at >= holder.size) return permanent(fmt::format("there is no element {}", number));
      if (holder.is_string()) return Value::of(std::int64_t{static_cast<unsigned char>(holder.text()[at])});
      return holder.list[at];
    }
    return permanent(fmt::format("cannot take '{}' from {}", go_text(key), type_name(holder)));
  }

  Result<Value> slice(const Node& node) {
    OC_TRY_ASSIGN(const Value whole, run(*node.args[0]));
    OC_TRY_ASSIGN(const Value from, run(*node.args[1]));
    OC_TRY_ASSIGN(const Value to, run(*node.args[2]));
    if (!whole.is_string() && !whole.is_list()) return permanent(fmt::format("{} has no parts", type_name(whole)));
    const auto limit = [&](const Value& bound, std::int64_t missing) {
      std::int64_t at = whole_number(bound).value_or(missing);
      if (at < 0) at += whole.size;
      return static_cast<std::size_t>(std::clamp<std::int64_t>(at, 0, whole.size));
    };
    const auto start = limit(from, 0), end = std::max(limit(to, whole.size), start);
    if (whole.is_string()) return Value::of(arena_.copy(otlp::to_valid_utf8(whole.text().substr(start, end - start))));
    Value part = Value::empty_list();
    for (auto at = start; at < end; ++at) part.push_back(whole.list[at], arena_);
    return part;
  }

  Result<Value> unary(const Node& node) {
    if (node.op == Operator::kNot) {
      OC_TRY_ASSIGN(const bool truth_of, truth(*node.args[0]));
      return Value::of(!truth_of);
    }
    OC_TRY_ASSIGN(const Value value, run(*node.args[0]));
    if (node.op == Operator::kAdd) return value;
    if (!value.is_number()) return permanent(fmt::format("{} has no sign", type_name(value)));
    if (value.type == Type::kInt) return Value::of(whole(Operator::kSubtract, 0, value.integer));
    return Value::of(-value.number);
  }

  Result<Value> binary(const Node& node) {
    if (node.op == Operator::kAnd || node.op == Operator::kOr) {
      OC_TRY_ASSIGN(const bool left, truth(*node.args[0]));
      if (left == (node.op == Operator::kOr)) return Value::of(left);
      OC_TRY_ASSIGN(const bool right, truth(*node.args[1]));
      return Value::of(right);
    }
    OC_TRY_ASSIGN(const Value left, run(*node.args[0]));
    if (node.op == Operator::kCoalesce && !left.is_null()) return left;
    OC_TRY_ASSIGN(const Value right, run(*node.args[1]));
    switch (node.op) {
      case Operator::kCoalesce:
        return right;
      case Operator::kEqual:
        return Value::of(otlp::equal(left, right));
      case Operator::kNotEqual:
        return Value::of(!otlp::equal(left, right));
      case Operator::kLess:
      case Operator::kLessEqual:
      case Operator::kGreater:
      case Operator::kGreaterEqual:
        return order(node.op, left, right);
      case Operator::kIn:
        return is_in(left, right);
      case Operator::kMatches:
      case Operator::kContains:
      case Operator::kStartsWith:
      case Operator::kEndsWith:
        return string_test(node, left, right);
      case Operator::kRange:
        return range(left, right, arena_);
      default:
        return arithmetic(node.op, left, right, arena_);
    }
  }

  Result<Value> list(const Node& node) {
    Value made = Value::empty_list();
    for (const auto& item : node.args) {
      OC_TRY_ASSIGN(const Value value, run(*item));
      made.push_back(value, arena_);
    }
    return made;
  }

  Result<Value> map(const Node& node) {
    Value made = Value::empty_map();
    for (std::size_t i = 0; i < node.args.size(); i += 2) {
      OC_TRY_ASSIGN(const Value key, run(*node.args[i]));
      if (!key.is_string()) return permanent(fmt::format("{} is no key of a map", type_name(key)));
      OC_TRY_ASSIGN(const Value value, run(*node.args[i + 1]));
      if (!made.find(key.text())) made.set(key.text(), value, arena_);  // of equal keys the first one counts
    }
    return made;
  }

  Result<Value> call(const Node& node) {
    constexpr std::size_t kUsual = 4;
    std::array<Value, kUsual> usual;
    std::vector<Value> many;
    std::span<Value> arguments(usual.data(), std::min(node.args.size(), kUsual));
    if (node.args.size() > kUsual) {
      many.resize(node.args.size());
      arguments = many;
    }
    for (std::size_t i = 0; i < node.args.size(); ++i) {
      OC_TRY_ASSIGN(arguments[i], run(*node.args[i]));
    }
    return node.builtin->call(arguments, arena_);
  }

  // The answer of the predicate for one element.
  Result<Value> with_element(const Value& list, std::uint32_t index, const Node& body, const Value& so_far = {}) {
    elements_.push_back({list.list[index], index, so_far});
    auto answer = run(body);
    elements_.pop_back();
    return answer;
  }
  Value element(const Node& node) const {
    const auto& now = elements_.back();
    if (node.text == "index") return Value::of(now.index);
    return node.text == "acc" ? now.so_far : now.value;
  }

  // reduce(list, #acc + #, initial); without an initial value the first element is it.
  Result<Value> reduce(const Node& node, const Value& list) {
    if (node.args.size() < 3 && list.size == 0) return permanent("reduce() of an empty list");
    Value so_far = list.size > 0 ? list.list[0] : Value();
    if (node.args.size() > 2) {
      OC_TRY_ASSIGN(so_far, run(*node.args[2]));
    }
    for (std::uint32_t i = node.args.size() > 2 ? 0 : 1; i < list.size; ++i) {
      OC_TRY_ASSIGN(so_far, with_element(list, i, *node.args[1], so_far));
    }
    return so_far;
  }

  Result<Value> mapped(const Node& node, const Value& list) {
    Value made = Value::empty_list();
    for (std::uint32_t i = 0; i < list.size; ++i) {
      OC_TRY_ASSIGN(const Value value, with_element(list, i, *node.args[1]));
      made.push_back(value, arena_);
    }
    return made;
  }

  Result<Value> sum(const Value& numbers) {
    Value total = Value::of(std::int64_t{0});
    for (const auto& number : numbers.items()) {
      OC_TRY_ASSIGN(total, arithmetic(Operator::kAdd, total, number, arena_));
    }
    return total;
  }

  Result<Value> group_by(const Value& list, const Value& keys) {
    Value groups = Value::empty_map();
    for (std::uint32_t i = 0; i < list.size; ++i) {
      if (!keys.list[i].is_string()) return permanent("groupBy(): keys of other types than text are not supported");
      Value* group = groups.find(keys.list[i].text());
      if (!group) group = &groups.set(keys.list[i].text(), Value::empty_list(), arena_);
      group->push_back(list.list[i], arena_);
    }
    return groups;
  }

  Result<Value> sort_by(const Node& node, const Value& list, const Value& keys) {
    bool descending = false;
    if (node.args.size() > 2) {
      OC_TRY_ASSIGN(const Value order_of, run(*node.args[2]));
      descending = order_of.is_string() && order_of.text() == "desc";
    }
    return sorted(list, keys, descending, arena_);
  }

  Result<Value> for_each(const Node& node) {
    OC_TRY_ASSIGN(const Value list, run(*node.args[0]));
    if (!list.is_list()) return permanent(fmt::format("{}() needs a list, not {}", node.text, type_name(list)));
    if (node.text == "reduce") return reduce(node, list);
    if (node.text == "map" || node.text == "sum" || node.text == "groupBy" || node.text == "sortBy") {
      OC_TRY_ASSIGN(const Value made, mapped(node, list));
      if (node.text == "sum") return sum(made);
      if (node.text == "groupBy") return group_by(list, made);
      return node.text == "map" ? made : sort_by(node, list, made);
    }
    Value matching = Value::empty_list();
    std::int64_t first = -1, last = -1;
    for (std::uint32_t i = 0; i < list.size; ++i) {
      OC_TRY_ASSIGN(const Value answer, with_element(list, i, *node.args[1]));
      if (answer.type != Type::kBool) return permanent(fmt::format("{}(): neither true nor false", node.text));
      if (!answer.boolean) continue;
      if (first < 0) first = i;
      last = i;
      matching.push_back(list.list[i], arena_);
    }
    if (node.text == "findLastIndex") return last < 0 ? Value() : Value::of(last);
    return matches_of(node.text, list, matching, first);
  }

  static Value matches_of(std::string_view name, const Value& list, const Value& matching, std::int64_t first) {
    if (name == "any") return Value::of(matching.size > 0);
    if (name == "all") return Value::of(matching.size == list.size);
    if (name == "none") return Value::of(matching.size == 0);
    if (name == "one") return Value::of(matching.size == 1);
    if (name == "count") return Value::of(std::int64_t{matching.size});
    if (name == "filter") return matching;
    if (name == "findIndex") return first < 0 ? Value() : Value::of(first);
    if (first < 0) return {};
    return name == "find" ? list.list[first] : matching.items().back();
  }

  const LogRecord& record_;
  Arena& arena_;
  int steps_ = 0;
  struct Element {
    Value value;
    std::int64_t index;
    Value so_far;
  };
  std::vector<Element> elements_;
  std::vector<Value> variables_;
};

}  // namespace

Result<Value> evaluate(const Node& root, const LogRecord& record, Arena& arena) {
  return Evaluator(record, arena).run(root);
}

bool is_time_method(std::string_view name) {
  return std::ranges::find(kTimeMethods, name, &TimeMethod::name) != kTimeMethods.end();
}

std::string time_methods() {
  std::vector<std::string_view> names;
  for (const auto& method : kTimeMethods) names.push_back(method.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace oc::collector::expr
