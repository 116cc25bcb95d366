#include "query/logql/templates/template_node.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/templates/unicode_text.h"

namespace oc::query {

namespace {

using NodeKind = TemplateNode::Kind;

std::string joined(const std::vector<TemplateNodePtr>& nodes, std::string_view between) {
  std::string out;
  for (const auto& node : nodes) {
    if (&node != &nodes.front()) out += between;
    out += node_text(*node);
  }
  return out;
}

std::string in_parentheses(const TemplateNode& node) {
  return node.kind == NodeKind::kPipe ? "(" + node_text(node) + ")" : node_text(node);
}

std::string pipe_text(const TemplateNode& node) {
  auto out = joined(node.variables, ", ");
  if (!out.empty()) out += node.assigns ? " = " : " := ";
  return out + joined(node.children, " | ");
}

std::string command_text(const TemplateNode& node) {
  std::string out;
  for (const auto& word : node.children) {
    if (!out.empty()) out += ' ';
    out += in_parentheses(*word);
  }
  return out;
}

std::string block_text(std::string_view keyword, const TemplateNode& node) {
  auto out = fmt::format("{{{{{} {}}}}}{}", keyword, node_text(*node.pipe), node_text(*node.list));
  if (node.else_list) out += "{{else}}" + node_text(*node.else_list);
  return out + "{{end}}";
}

std::string call_text(const TemplateNode& node) {
  const auto argument = node.pipe ? " " + node_text(*node.pipe) : "";
  return fmt::format("{{{{template {}{}}}}}", go_quote(node.text), argument);
}

std::string dotted(const std::vector<std::string>& names, bool dot_first) {
  std::string out;
  for (const auto& name : names) {
    if (dot_first || !out.empty()) out += '.';
    out += name;
  }
  return out;
}

}  // namespace

std::string node_text(const TemplateNode& node) {
  switch (node.kind) {
    case NodeKind::kList:
      return joined(node.children, "");
    case NodeKind::kAction:
      return "{{" + node_text(*node.pipe) + "}}";
    case NodeKind::kIf:
      return block_text("if", node);
    case NodeKind::kRange:
      return block_text("range", node);
    case NodeKind::kWith:
      return block_text("with", node);
    case NodeKind::kTemplate:
      return call_text(node);
    case NodeKind::kBreak:
      return "{{break}}";
    case NodeKind::kContinue:
      return "{{continue}}";
    case NodeKind::kEnd:
      return "{{end}}";
    case NodeKind::kElse:
      return "{{else}}";
    case NodeKind::kPipe:
      return pipe_text(node);
    case NodeKind::kCommand:
      return command_text(node);
    case NodeKind::kField:
      return dotted(node.names, true);
    case NodeKind::kVariable:
      return dotted(node.names, false);
    case NodeKind::kChain:
      return in_parentheses(*node.children[0]) + dotted(node.names, true);
    case NodeKind::kDot:
      return ".";
    case NodeKind::kNil:
      return "nil";
    case NodeKind::kString:
      return node.quoted;
    case NodeKind::kText:
    case NodeKind::kIdentifier:
    case NodeKind::kBool:
    case NodeKind::kNumber:
      return node.text;
  }
  return {};
}

bool is_blank_list(const TemplateNode& list) {
  return std::ranges::all_of(list.children, [](const TemplateNodePtr& node) {
    return node->kind == NodeKind::kText && trim_space(node->text).empty();
  });
}

}  // namespace oc::query
