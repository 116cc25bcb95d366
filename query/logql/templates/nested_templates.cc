// define, template and block: the third part of template_parser.h.
#include <utility>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/templates/template_parser.h"

namespace oc::query {

namespace {

TemplateNodePtr make_call_node(const TemplateToken& token) {
  auto node = std::make_unique<TemplateNode>();
  node->kind = TemplateNode::Kind::kTemplate;
  node->position = token.position;
  return node;
}

}  // namespace

// A second template of a name is welcome where one of the two is blank.
Status TemplateParser::add(std::string name, TemplateNodePtr tree) {
  auto& known = trees_[name];
  if (!known || is_blank_list(*known)) {
    known = std::move(tree);
  } else if (!is_blank_list(*tree)) {
    return fail(fmt::format("template: multiple definition of template {}", go_quote(name)));
  }
  return {};
}

Status TemplateParser::definition() {
  constexpr std::string_view kContext = "define clause";
  OC_TRY_ASSIGN(auto name, template_name(next_not_space(), kContext));
  OC_TRY(expect(Kind::kRight, kContext));
  OC_TRY_ASSIGN(auto tree, body(kContext));
  return add(std::move(name), std::move(tree));
}

// Variables of the template around are not seen.
TemplateParser::Node TemplateParser::body(std::string_view context) {
  auto outer = std::exchange(variables_, {"$"});
  const auto outer_ranges = std::exchange(ranges_, 0);
  TemplateNodePtr end;
  OC_TRY_ASSIGN(auto list, item_list(&end));
  if (end->kind != TemplateNode::Kind::kEnd) return fail(fmt::format("unexpected {} in {}", node_text(*end), context));
  variables_ = std::move(outer);
  ranges_ = outer_ranges;
  return list;
}

Result<std::string> TemplateParser::template_name(const TemplateToken& token, std::string_view context) {
  if (token.kind != Kind::kString && token.kind != Kind::kRawString) return unexpected_token(token, context);
  auto name = go_unquote(token.text);
  if (!name) return fail("invalid syntax");
  return std::move(*name);
}

TemplateParser::Node TemplateParser::call() {
  const auto token = next_not_space();
  auto node = make_call_node(token);
  OC_TRY_ASSIGN(node->text, template_name(token, "template clause"));
  if (auto following = next_not_space(); following.kind != Kind::kRight) {
    back_up(std::move(following));
    OC_TRY_ASSIGN(node->pipe, pipeline("template clause", Kind::kRight));
  }
  return node;
}

// {{block}} defines a template and calls it at once.
TemplateParser::Node TemplateParser::define_and_call() {
  constexpr std::string_view kContext = "block clause";
  const auto token = next_not_space();
  auto node = make_call_node(token);
  OC_TRY_ASSIGN(node->text, template_name(token, kContext));
  OC_TRY_ASSIGN(node->pipe, pipeline(kContext, Kind::kRight));
  OC_TRY_ASSIGN(auto tree, body(kContext));
  OC_TRY(add(node->text, std::move(tree)));
  return node;
}

}  // namespace oc::query
