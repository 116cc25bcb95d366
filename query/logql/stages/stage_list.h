// The one list of pipeline stages: which parse function reads which.
#pragma once

#include <memory>

#include "base/result.h"
#include "query/logql/stages/stage.h"
#include "query/logql/token_cursor.h"

namespace oc::query {

inline constexpr std::string_view kJsonParserError = "JSONParserErr";

bool is_line_filter_operator(const Token& token);

// The cursor stands at "|" or at a line filter's operator.
Result<std::unique_ptr<StageExpr>> parse_stage(TokenCursor& cursor);

// Of a family each; the cursor stands behind the stage's name, for filters at their first token.
Result<std::unique_ptr<StageExpr>> parse_line_filters(TokenCursor& cursor);  // all that follow one another
Result<std::unique_ptr<StageExpr>> parse_label_filter(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_json_stage(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_logfmt_stage(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_regexp_stage(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_pattern_stage(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_unpack_stage(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_line_format_stage(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_label_format_stage(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_decolorize_stage(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_drop_stage(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_keep_stage(TokenCursor& cursor);

}  // namespace oc::query
