// Blocks and control actions; what stands in an action is read in pipeline_parser.cc.
#include "query/logql/templates/template_parser.h"

#include <utility>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/templates/template_limits.h"

namespace oc::query {

namespace {

using NodeKind = TemplateNode::Kind;

TemplateNodePtr make_block_node(NodeKind kind, std::size_t position) {
  auto node = std::make_unique<TemplateNode>();
  node->kind = kind;
  node->position = position;
  return node;
}

}  // namespace

TemplateToken TemplateParser::next() {
  TemplateToken token;
  if (ahead_.empty()) {
    token = lexer_.next();
  } else {
    token = std::move(ahead_.back());
    ahead_.pop_back();
  }
  line_ = token.line;
  return token;
}

TemplateToken TemplateParser::next_not_space() {
  auto token = next();
  while (token.kind == Kind::kSpace) token = next();
  return token;
}

const TemplateToken& TemplateParser::peek() {
  if (ahead_.empty()) ahead_.push_back(next());
  return ahead_.back();
}

const TemplateToken& TemplateParser::peek_not_space() {
  back_up(next_not_space());
  return ahead_.back();
}

std::unexpected<Error> TemplateParser::fail(std::string_view what) const {
  return permanent(fmt::format("template: {}:{}: {}", name_, line_, what));
}

std::unexpected<Error> TemplateParser::unexpected_token(const TemplateToken& token, std::string_view context) const {
  if (token.kind != Kind::kError) return fail(fmt::format("unexpected {} in {}", token.shown(), context));
  if (action_line_ == 0 || action_line_ == token.line) return fail(token.text);
  const std::string_view in_action = token.text.ends_with(" action") ? "" : " in action";
  return fail(fmt::format("{}{} started at {}:{}", token.text, in_action, name_, action_line_));
}

Status TemplateParser::expect(Kind kind, std::string_view context) {
  const auto token = next_not_space();
  if (token.kind != kind) return unexpected_token(token, context);
  return {};
}

Result<TemplateTrees> TemplateParser::parse() {
  auto root = make_block_node(NodeKind::kList, 0);
  while (peek().kind != Kind::kEnd) {
    auto token = next();
    if (token.kind == Kind::kLeft) {
      auto keyword = next_not_space();
      if (keyword.kind == Kind::kDefine) {
        OC_TRY(definition());
        continue;
      }
      back_up(std::move(keyword));
    }
    back_up(std::move(token));
    OC_TRY_ASSIGN(auto node, item());
    if (node->kind == NodeKind::kEnd || node->kind == NodeKind::kElse) return fail("unexpected " + node_text(*node));
    root->children.push_back(std::move(node));
  }
  OC_TRY(add(std::string(name_), std::move(root)));
  return std::move(trees_);
}

TemplateParser::Node TemplateParser::item_list(TemplateNodePtr* end) {
  if (depth_ >= kMaxTemplateDepth) return fail("max expression depth exceeded");
  ++depth_;
  auto list = make_block_node(NodeKind::kList, peek_not_space().position);
  while (peek_not_space().kind != Kind::kEnd) {
    OC_TRY_ASSIGN(auto node, item());
    if (node->kind == NodeKind::kEnd || node->kind == NodeKind::kElse) {
      *end = std::move(node);
      --depth_;
      return list;
    }
    list->children.push_back(std::move(node));
  }
  return fail("unexpected EOF");
}

TemplateParser::Node TemplateParser::item() {
  auto token = next_not_space();
  if (token.kind == Kind::kText) {
    auto node = make_block_node(NodeKind::kText, token.position);
    node->text = std::move(token.text);
    return node;
  }
  if (token.kind != Kind::kLeft) return unexpected_token(token, "input");
  action_line_ = token.line;
  auto node = action();
  action_line_ = 0;
  return node;
}

TemplateParser::Node TemplateParser::action() {
  auto token = next_not_space();
  switch (token.kind) {
    case Kind::kBlock:
      return define_and_call();
    case Kind::kBreak:
      return jump(NodeKind::kBreak, "{{break}}");
    case Kind::kContinue:
      return jump(NodeKind::kContinue, "{{continue}}");
    case Kind::kElse:
      return else_control();
    case Kind::kEndBlock: {
      OC_TRY(expect(Kind::kRight, "end"));
      return make_block_node(NodeKind::kEnd, token.position);
    }
    case Kind::kIf:
      return block(NodeKind::kIf, "if");
    case Kind::kRange:
      return block(NodeKind::kRange, "range");
    case Kind::kTemplate:
      return call();
    case Kind::kWith:
      return block(NodeKind::kWith, "with");
    default:
      break;
  }
  auto node = make_block_node(NodeKind::kAction, token.position);
  back_up(std::move(token));
  OC_TRY_ASSIGN(node->pipe, pipeline("command", Kind::kRight));  // variables live until the block's end
  return node;
}

TemplateParser::Node TemplateParser::jump(NodeKind kind, std::string_view shown) {
  const auto token = next_not_space();
  if (token.kind != Kind::kRight) return unexpected_token(token, shown);
  if (ranges_ == 0) return fail(fmt::format("{} outside {{{{range}}}}", shown));
  return make_block_node(kind, token.position);
}

TemplateParser::Node TemplateParser::block(NodeKind kind, std::string_view context) {
  const auto outer_variables = variables_.size();
  auto node = make_block_node(kind, 0);
  OC_TRY_ASSIGN(node->pipe, pipeline(context, Kind::kRight));
  node->position = node->pipe->position;
  ranges_ += kind == NodeKind::kRange ? 1 : 0;
  TemplateNodePtr end;
  OC_TRY_ASSIGN(node->list, item_list(&end));
  ranges_ -= kind == NodeKind::kRange ? 1 : 0;
  if (end->kind == NodeKind::kElse) OC_TRY(else_part(*node, *end));
  variables_.resize(outer_variables);
  return node;
}

// {{else if}} is an if within the else, which shares its {{end}}.
Status TemplateParser::else_part(TemplateNode& node, const TemplateNode& end) {
  const auto& following = peek();
  const bool chained = (node.kind == NodeKind::kIf && following.kind == Kind::kIf) ||
                       (node.kind == NodeKind::kWith && following.kind == Kind::kWith);
  if (chained) {
    if (depth_ >= kMaxTemplateDepth) return fail("max expression depth exceeded");
    next();
    node.else_list = make_block_node(NodeKind::kList, end.position);
    ++depth_;
    OC_TRY_ASSIGN(auto inner, block(node.kind, node.kind == NodeKind::kIf ? "if" : "with"));
    --depth_;
    node.else_list->children.push_back(std::move(inner));
    return {};
  }
  TemplateNodePtr last;
  OC_TRY_ASSIGN(node.else_list, item_list(&last));
  if (last->kind != NodeKind::kEnd) return fail("expected end; found " + node_text(*last));
  return {};
}

TemplateParser::Node TemplateParser::else_control() {
  const auto& following = peek_not_space();
  auto node = make_block_node(NodeKind::kElse, following.position);
  if (following.kind != Kind::kIf && following.kind != Kind::kWith) OC_TRY(expect(Kind::kRight, "else"));
  return node;
}

}  // namespace oc::query
