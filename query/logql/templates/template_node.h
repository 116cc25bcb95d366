// What a template says, as a tree. Templates are short: one kind of node with a few uses for each member reads easier
// than a class for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace oc::query {

struct TemplateFunction;
struct TemplateNode;
using TemplateNodePtr = std::unique_ptr<TemplateNode>;

struct TemplateNode {
  enum class Kind {
    kList,    // children
    kText,    // text
    kAction,  // pipe
    kIf,      // pipe, list, else_list; so kRange and kWith
    kRange,
    kWith,
    kTemplate,  // text: the name; pipe, or none
    kBreak,
    kContinue,
    kEnd,  // only while parsing, as kElse
    kElse,
    kPipe,        // variables, children: the commands
    kCommand,     // children: the words
    kField,       // names
    kVariable,    // names, the first with its dollar
    kChain,       // names, children[0]: what they are fields of
    kIdentifier,  // text, function
    kDot,
    kNil,
    kBool,    // text
    kNumber,  // text, number
    kString,  // text: as it is meant; quoted: as it is written
  };

  // The same constant as each type that can hold it.
  struct Number {
    bool is_int = false, is_uint = false, is_float = false;
    std::int64_t as_int = 0;
    double as_float = 0;
  };

  Kind kind = Kind::kList;
  std::size_t position = 0;
  std::string text = {};
  std::string quoted = {};
  std::vector<std::string> names = {};
  Number number = {};
  const TemplateFunction* function = nullptr;
  std::vector<TemplateNodePtr> children = {};
  std::vector<TemplateNodePtr> variables = {};
  bool assigns = false;  // = and not :=
  TemplateNodePtr pipe = nullptr, list = nullptr, else_list = nullptr;
};

// By name; the empty name is the template itself.
using TemplateTrees = std::map<std::string, TemplateNodePtr, std::less<>>;

// As Go prints it in errors.
std::string node_text(const TemplateNode& node);
// Nothing but blanks.
bool is_blank_list(const TemplateNode& list);

}  // namespace oc::query
