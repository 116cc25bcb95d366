#include "collector/ottl/condition.h"

#include <array>

#include <fmt/format.h>

#include "collector/ottl/converters.h"
#include "collector/ottl/parser.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace ottl {

namespace {

using Kind = Node::Kind;
using Type = Value::Type;

template <typename T>
bool compare(Comparison comparison, const T& left, const T& right) {
  switch (comparison) {
    case Comparison::kEqual:
      return left == right;
    case Comparison::kNotEqual:
      return left != right;
    case Comparison::kLess:
      return left < right;
    case Comparison::kLessEqual:
      return left <= right;
    case Comparison::kGreater:
      return left > right;
    case Comparison::kGreaterEqual:
      return left >= right;
  }
  return false;
}

// Values of different kinds are unequal, and neither is less.
bool holds(Comparison comparison, const Value& left, const Value& right) {
  if (left.type == Type::kInt && right.type == Type::kInt) return compare(comparison, left.integer, right.integer);
  if (left.is_number() && right.is_number()) return compare(comparison, left.as_double(), right.as_double());
  if (left.type != right.type) return comparison == Comparison::kNotEqual;
  switch (left.type) {
    case Type::kNull:
      return compare(comparison, 0, 0);
    case Type::kBool:
      return compare(comparison, left.boolean, right.boolean);
    case Type::kString:
    case Type::kBytes:
      return compare(comparison, left.text(), right.text());
    default:
      break;
  }
  if (comparison == Comparison::kNotEqual) return !otlp::equal(left, right);
  return comparison == Comparison::kEqual && otlp::equal(left, right);
}

Result<Value> whole_math(char op, std::int64_t left, std::int64_t right) {
  const auto a = static_cast<std::uint64_t>(left), b = static_cast<std::uint64_t>(right);
  if (op == '/' && right == 0) return permanent("division by zero");
  if (op == '/') return Value::of(right == -1 ? static_cast<std::int64_t>(0 - a) : left / right);
  return Value::of(static_cast<std::int64_t>(op == '+' ? a + b : op == '-' ? a - b : a * b));
}

Result<Value> math(char op, const Value& left, const Value& right) {
  if (left.type == Type::kInt && right.type == Type::kInt) return whole_math(op, left.integer, right.integer);
  if (!left.is_number() || !right.is_number()) return permanent("only numbers can be calculated with");
  const double a = left.as_double(), b = right.as_double();
  if (op == '/' && b == 0) return permanent("division by zero");
  return Value::of(op == '+' ? a + b : op == '-' ? a - b : op == '*' ? a * b : a / b);
}

class Evaluator {
 public:
  Evaluator(const LogRecord& record, Arena& arena) : record_(record), arena_(arena) {}

  Result<bool> truth(const Node& node) {
    switch (node.kind) {
      case Kind::kNot: {
        OC_TRY_ASSIGN(const bool inner, truth(*node.args[0]));
        return !inner;
      }
      case Kind::kAnd:
      case Kind::kOr:
        for (const auto& part : node.args) {
          OC_TRY_ASSIGN(const bool one, truth(*part));
          if (one == (node.kind == Kind::kOr)) return one;
        }
        return node.kind == Kind::kAnd;
      case Kind::kCompare: {
        OC_TRY_ASSIGN(const Value left, value(*node.args[0]));
        OC_TRY_ASSIGN(const Value right, value(*node.args[1]));
        return holds(node.comparison, left, right);
      }
      default:
        break;
    }
    OC_TRY_ASSIGN(const Value single, value(node));
    if (single.type != Type::kBool) return permanent(fmt::format("{} gives neither true nor false", node.text));
    return single.boolean;
  }

 private:
  Result<Value> value(const Node& node) {
    switch (node.kind) {
      case Kind::kPath:
        return node.read(record_, arena_);
      case Kind::kIndex:
        return indexed(node);
      case Kind::kCall:
        return call(node);
      case Kind::kMath: {
        OC_TRY_ASSIGN(const Value left, value(*node.args[0]));
        OC_TRY_ASSIGN(const Value right, value(*node.args[1]));
        return math(node.op, left, right);
      }
      case Kind::kList: {
        Value list = Value::empty_list();
        for (const auto& item : node.args) {
          OC_TRY_ASSIGN(const Value one, value(*item));
          list.push_back(one, arena_);
        }
        return list;
      }
      default:
        return node.constant;
    }
  }

  Result<Value> indexed(const Node& node) {
    OC_TRY_ASSIGN(Value at, value(*node.args[0]));
    for (std::size_t i = 1; i < node.args.size(); ++i) {
      OC_TRY_ASSIGN(const Value key, value(*node.args[i]));
      if (at.is_map() && key.is_string()) {
        const Value* found = at.find(key.text());
        if (!found) return Value();
        at = *found;
      } else if (at.is_list() && key.type == Type::kInt && key.integer >= 0 && key.integer < at.size) {
        at = at.list[key.integer];
      } else {
        return permanent(fmt::format("there is no [{}] in it", otlp::to_text(key)));
      }
    }
    return at;
  }

  Result<Value> call(const Node& node) {
    constexpr std::size_t kMost = 3;  // of all converters
    std::array<Value, kMost> arguments;
    for (std::size_t i = 0; i < node.args.size(); ++i) {
      OC_TRY_ASSIGN(arguments[i], value(*node.args[i]));
    }
    return node.converter->apply(node, std::span(arguments).first(node.args.size()), arena_);
  }

  const LogRecord& record_;
  Arena& arena_;
};

}  // namespace

}  // namespace ottl

Condition::Condition(std::string text, std::shared_ptr<const ottl::Node> root)
    : text_(std::move(text)), root_(std::move(root)) {}

Result<Condition> Condition::compile(std::string_view text, OttlContext context) {
  auto root = ottl::parse(text, context);
  if (!root) return in_context(root.error(), fmt::format("condition '{}'", text));
  return Condition(std::string(text), std::move(*root));
}

Result<bool> Condition::test(const LogRecord& record, Arena& arena) const {
  return ottl::Evaluator(record, arena).truth(*root_);
}

}  // namespace oc::collector
