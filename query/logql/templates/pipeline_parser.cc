// The second half of template_parser.h: pipelines, commands and their words.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/templates/template_function.h"
#include "query/logql/templates/template_limits.h"
#include "query/logql/templates/template_parser.h"
#include "query/logql/templates/unicode_text.h"

namespace oc::query {

namespace {

using NodeKind = TemplateNode::Kind;

TemplateNodePtr make_word_node(NodeKind kind, const TemplateToken& token) {
  auto node = std::make_unique<TemplateNode>();
  node->kind = kind;
  node->position = token.position;
  node->text = token.text;
  return node;
}

TemplateNodePtr make_variable(const TemplateToken& token) {
  auto node = make_word_node(NodeKind::kVariable, token);
  node->names.push_back(token.text);
  return node;
}

bool is_constant(NodeKind kind) {
  return kind == NodeKind::kBool || kind == NodeKind::kDot || kind == NodeKind::kNil || kind == NodeKind::kNumber ||
         kind == NodeKind::kString;
}

}  // namespace

TemplateParser::Node TemplateParser::pipeline(std::string_view context, Kind end) {
  auto pipe = std::make_unique<TemplateNode>();
  pipe->kind = NodeKind::kPipe;
  pipe->position = peek_not_space().position;
  OC_TRY(declarations(*pipe, context));
  for (;;) {
    auto token = next_not_space();
    if (token.kind == end) {
      OC_TRY(check_commands(*pipe, context));
      return pipe;
    }
    switch (token.kind) {
      case Kind::kBool:
      case Kind::kCharConstant:
      case Kind::kComplex:
      case Kind::kDot:
      case Kind::kField:
      case Kind::kIdentifier:
      case Kind::kNumber:
      case Kind::kNil:
      case Kind::kRawString:
      case Kind::kString:
      case Kind::kVariable:
      case Kind::kLeftParen: {
        back_up(std::move(token));
        OC_TRY_ASSIGN(auto made, command());
        pipe->children.push_back(std::move(made));
        break;
      }
      default:
        return unexpected_token(token, context);
    }
  }
}

// "$a :=", "$a =", and of a range "$i, $e :="; a variable may as well be the pipeline's first word.
Status TemplateParser::declarations(TemplateNode& pipe, std::string_view context) {
  while (peek_not_space().kind == Kind::kVariable) {
    auto name = next();
    auto behind = next();
    auto following = behind.kind == Kind::kSpace ? next_not_space() : behind;
    const bool comma = following.kind == Kind::kCharacter && following.text == ",";
    if (!comma && following.kind != Kind::kAssign && following.kind != Kind::kDeclare) {
      if (behind.kind == Kind::kSpace) back_up(std::move(following));
      back_up(std::move(behind));
      back_up(std::move(name));
      return {};
    }
    pipe.variables.push_back(make_variable(name));
    variables_.push_back(name.text);
    if (!comma) {
      pipe.assigns = following.kind == Kind::kAssign;
      return {};
    }
    if (context != "range" || pipe.variables.size() >= 2)
      return fail(fmt::format("too many declarations in {}", context));
    const auto kind = peek_not_space().kind;
    if (kind != Kind::kVariable && kind != Kind::kRight && kind != Kind::kRightParen)
      return fail("range can only initialize variables");
  }
  return {};
}

Status TemplateParser::check_commands(const TemplateNode& pipe, std::string_view context) {
  if (pipe.children.empty()) return fail(fmt::format("missing value for {}", context));
  for (std::size_t i = 1; i < pipe.children.size(); ++i) {
    if (is_constant(pipe.children[i]->children[0]->kind))
      return fail(fmt::format("non executable command in pipeline stage {}", i + 1));
  }
  return {};
}

TemplateParser::Node TemplateParser::command() {
  auto made = std::make_unique<TemplateNode>();
  made->kind = NodeKind::kCommand;
  made->position = peek_not_space().position;
  for (;;) {
    peek_not_space();
    OC_TRY_ASSIGN(auto word, operand());
    if (word) made->children.push_back(std::move(word));
    auto token = next();
    if (token.kind == Kind::kSpace) continue;
    const bool ends = token.kind == Kind::kRight || token.kind == Kind::kRightParen;
    if (!ends && token.kind != Kind::kPipe) return unexpected_token(token, "operand");
    if (ends) back_up(std::move(token));
    break;
  }
  if (made->children.empty()) return fail("empty command");
  return made;
}

TemplateParser::Node TemplateParser::operand() {
  OC_TRY_ASSIGN(auto node, term());
  if (!node || peek().kind != Kind::kField) return node;
  if (is_constant(node->kind)) {
    while (peek().kind == Kind::kField) next();
    return fail(fmt::format("unexpected . after term {}", go_quote(node_text(*node))));
  }
  const auto position = peek().position;
  if (node->kind != NodeKind::kField && node->kind != NodeKind::kVariable) {
    auto chain = std::make_unique<TemplateNode>();
    chain->kind = NodeKind::kChain;
    chain->children.push_back(std::move(node));
    node = std::move(chain);
  }
  node->position = position;
  while (peek().kind == Kind::kField) node->names.push_back(next().text.substr(1));
  return node;
}

TemplateParser::Node TemplateParser::term() {
  auto token = next_not_space();
  switch (token.kind) {
    case Kind::kIdentifier: {
      auto node = make_word_node(NodeKind::kIdentifier, token);
      node->function = find_template_function(token.text);
      if (node->function == nullptr) return fail(fmt::format("function {} not defined", go_quote(token.text)));
      return node;
    }
    case Kind::kDot:
      return make_word_node(NodeKind::kDot, token);
    case Kind::kNil:
      return make_word_node(NodeKind::kNil, token);
    case Kind::kBool:
      return make_word_node(NodeKind::kBool, token);
    case Kind::kVariable:
      return variable(token);
    case Kind::kField: {
      auto node = make_word_node(NodeKind::kField, token);
      node->names.push_back(token.text.substr(1));
      return node;
    }
    case Kind::kLeftParen:
      return parentheses();
    case Kind::kCharConstant:
    case Kind::kComplex:
    case Kind::kNumber:
    case Kind::kRawString:
    case Kind::kString:
      return literal(token);
    default:
      back_up(std::move(token));
      return nullptr;
  }
}

TemplateParser::Node TemplateParser::parentheses() {
  if (depth_ >= kMaxTemplateDepth) return fail("max expression depth exceeded");
  ++depth_;
  auto inner = pipeline("parenthesized pipeline", Kind::kRightParen);
  --depth_;
  return inner;
}

TemplateParser::Node TemplateParser::variable(const TemplateToken& token) {
  if (std::ranges::find(variables_, token.text) == variables_.end())
    return fail(fmt::format("undefined variable {}", go_quote(token.text)));
  return make_variable(token);
}

TemplateParser::Node TemplateParser::literal(const TemplateToken& token) {
  if (token.kind == Kind::kString || token.kind == Kind::kRawString) {
    auto node = make_word_node(NodeKind::kString, token);
    auto text = go_unquote(token.text);
    if (!text) return fail("invalid syntax");
    node->quoted = token.text;
    node->text = std::move(*text);
    return node;
  }
  auto node = make_word_node(NodeKind::kNumber, token);
  auto number = parse_template_number(token);
  if (!number) return fail(number.error().message);
  node->number = *number;
  return node;
}

}  // namespace oc::query
