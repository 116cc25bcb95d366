// The tree of an expression.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "collector/record/log_record.h"
#include "collector/record/regex.h"

namespace oc::collector::expr {

struct Builtin;

// What is known before it is evaluated.
enum class StaticType { kAny, kNil, kBool, kNumber, kString, kList, kMap };

enum class Operator {
  kOr,
  kAnd,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kMatches,
  kContains,
  kStartsWith,
  kEndsWith,
  kRange,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kPower,
  kCoalesce,
  kNot,
  kNegate,
};

struct Node {
  enum class Kind {
    kConstant,
    kRoot,       // body, attributes, resource
    kTimestamp,  // timestamp.text()
    kMember,     // args[0][args[1]], also a.b
    kSlice,      // args[0][args[1]:args[2]]; a missing one is a null constant
    kUnary,
    kBinary,
    kConditional,  // args[0] ? args[1] : args[2]
    kList,
    kMap,      // key, value, key, value …
    kCall,     // builtin(args)
    kForEach,  // text(args[0], args[1] with the element, args[2])
    kElement,  // #, or by text #index, #acc
    kLet,      // args[0] is variable number `number` in args[1]
    kVariable,
  };
  Kind kind = Kind::kConstant;
  std::size_t at = 0;  // in the expression's text
  Value constant;
  std::string text;  // the constant's text, a method's or function's name
  RecordRoot root = RecordRoot::kBody;
  Operator op = Operator::kOr;
  bool optional = false;  // ?.
  std::size_t number = 0;
  const Builtin* builtin = nullptr;
  std::shared_ptr<const re2::RE2> regex;  // of `matches` with a constant on the right
  StaticType type = StaticType::kAny;
  std::vector<std::unique_ptr<Node>> args;
};
using NodePtr = std::unique_ptr<Node>;

// Deeper expressions are refused: each level costs stack.
inline constexpr int kMaxDepth = 100;

}  // namespace oc::collector::expr
