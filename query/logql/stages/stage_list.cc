#include "query/logql/stages/stage_list.h"

#include <algorithm>
#include <array>

namespace oc::query {

namespace {

struct StageRow {
  std::string_view name;
  Result<std::unique_ptr<StageExpr>> (*parse)(TokenCursor&);
};
constexpr std::array<StageRow, 10> kStages = {{{"json", parse_json_stage},
                                               {"logfmt", parse_logfmt_stage},
                                               {"regexp", parse_regexp_stage},
                                               {"pattern", parse_pattern_stage},
                                               {"unpack", parse_unpack_stage},
                                               {"line_format", parse_line_format_stage},
                                               {"label_format", parse_label_format_stage},
                                               {"decolorize", parse_decolorize_stage},
                                               {"drop", parse_drop_stage},
                                               {"keep", parse_keep_stage}}};

constexpr std::array<std::string_view, 6> kLineFilterOperators = {"|=", "|~", "|>", "!=", "!~", "!>"};

}  // namespace

bool is_line_filter_operator(const Token& token) {
  return std::ranges::any_of(kLineFilterOperators, [&](std::string_view symbol) { return token.is(symbol); });
}

std::string indentation(int level) { return std::string(static_cast<std::size_t>(level) * 2, ' '); }

Result<std::unique_ptr<StageExpr>> parse_stage(TokenCursor& cursor) {
  if (is_line_filter_operator(cursor.peek())) return parse_line_filters(cursor);
  OC_TRY(cursor.expect("|"));
  OC_TRY(cursor.count_expression());
  if (cursor.peek().kind == TokenKind::kIdentifier || cursor.peek().is("(")) {
    return parse_label_filter(cursor, ByteSizes::kAsPrinted);
  }
  for (const auto& row : kStages) {
    if (cursor.take_if(row.name)) return row.parse(cursor);
  }
  return cursor.unexpected();
}

}  // namespace oc::query
