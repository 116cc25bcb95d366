// Go's text/template, from text to tree, with its errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/logql/templates/template_lexer.h"
#include "query/logql/templates/template_node.h"

namespace oc::query {

class TemplateParser {
 public:
  // `name` stands in errors. Both must outlive the parser.
  TemplateParser(std::string_view text, std::string_view name) : lexer_(text), name_(name) {}

  Result<TemplateTrees> parse();

 private:
  using Kind = TemplateToken::Kind;
  using Node = Result<TemplateNodePtr>;

  Node item();
  Node item_list(TemplateNodePtr* end);  // up to {{end}} or {{else}}, which becomes `end`
  Node body(std::string_view context);   // of define and block: up to its own {{end}}
  Node action();
  Node block(TemplateNode::Kind kind, std::string_view context);
  Status else_part(TemplateNode& block, const TemplateNode& end);
  Node else_control();
  Node jump(TemplateNode::Kind kind, std::string_view shown);
  Node call();
  Node define_and_call();
  Status definition();
  Status add(std::string name, TemplateNodePtr tree);
  Result<std::string> template_name(const TemplateToken& token, std::string_view context);

  Node pipeline(std::string_view context, Kind end);
  Status declarations(TemplateNode& pipe, std::string_view context);
  Status check_commands(const TemplateNode& pipe, std::string_view context);
  Node command();
  Node operand();  // null: the next token begins none
  Node term();     // likewise
  Node literal(const TemplateToken& token);
  Node variable(const TemplateToken& token);
  Node parentheses();

  TemplateToken next();
  TemplateToken next_not_space();
  const TemplateToken& peek();
  const TemplateToken& peek_not_space();
  void back_up(TemplateToken token) { ahead_.push_back(std::move(token)); }
  Status expect(Kind kind, std::string_view context);
  std::unexpected<Error> fail(std::string_view what) const;
  std::unexpected<Error> unexpected_token(const TemplateToken& token, std::string_view context) const;

  TemplateLexer lexer_;
  std::string_view name_;
  TemplateTrees trees_;
  std::vector<TemplateToken> ahead_;  // to be read again, the last one first
  std::vector<std::string> variables_ = {"$"};
  std::size_t line_ = 1;         // of the last token
  std::size_t action_line_ = 0;  // where the action under way began; 0: none
  int ranges_ = 0;
  int depth_ = 0;
};

// An error is worded without its place.
Result<TemplateNode::Number> parse_template_number(const TemplateToken& token);

}  // namespace oc::query
