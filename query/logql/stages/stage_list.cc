#include "query/logql/stages/stage_list.h"

#include <algorithm>
#include <array>

namespace oc::query {

namespace {

struct StageRow {
  std::string_view name;
  Result<std::unique_ptr<StageExpr>> (*parse)(TokenCursor&);
};
constexpr std::array<StageRow, 2> kStages = {{{"json", parse_json_stage}, {"logfmt", parse_logfmt_stage}}};

constexpr std::array<std::string_view, 6> kLineFilterOperators = {"|=", "|~", "|>", "!=", "!~", "!>"};

}  // namespace

bool is_line_filter_operator(const Token& token) {
  return std::ranges::any_of(kLineFilterOperators, [&](std::string_view symbol) { return token.is(symbol); });
}

Result<std::unique_ptr<StageExpr>> parse_stage(TokenCursor& cursor) {
  if (is_line_filter_operator(cursor.peek())) return parse_line_filter(cursor);
  OC_TRY(cursor.expect("|"));
  if (cursor.peek().kind == TokenKind::kIdentifier || cursor.peek().is("(")) return parse_label_filter(cursor);
  for (const auto& row : kStages) {
    if (cursor.take_if(row.name)) return row.parse(cursor);
  }
  // A keyword here is a stage of LogQL; anything else is a mistake.
  if (cursor.peek().kind == TokenKind::kKeyword) return cursor.not_supported(cursor.peek());
  return cursor.unexpected();
}

}  // namespace oc::query
