// The tree of an OTTL condition.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "collector/record/log_record.h"
#include "collector/record/regex.h"

namespace oc::collector::ottl {

struct Converter;

enum class Comparison { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

struct Node {
  enum class Kind { kConstant, kPath, kIndex, kCall, kMath, kCompare, kNot, kAnd, kOr, kList };
  using Read = Value (*)(const LogRecord& record, Arena& arena);

  Kind kind = Kind::kConstant;
  Value constant;
  std::string text;     // the constant's text, the path, the converter's name
  Read read = nullptr;  // of kPath
  char op = 0;          // of kMath
  Comparison comparison = Comparison::kEqual;
  const Converter* converter = nullptr;
  std::shared_ptr<const re2::RE2> regex;    // of IsMatch with a constant pattern
  std::vector<std::unique_ptr<Node>> args;  // kIndex: what is indexed, then the keys
};
using NodePtr = std::unique_ptr<Node>;

// Deeper conditions are refused: each level costs stack.
inline constexpr int kMaxDepth = 100;

}  // namespace oc::collector::ottl
