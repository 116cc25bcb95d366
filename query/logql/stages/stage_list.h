// The one list of pipeline stages: which parse function reads which.
#pragma once

#include <memory>

#include "base/result.h"
#include "query/logql/stages/stage.h"
#include "query/logql/token_cursor.h"

namespace oc::query {

bool is_line_filter_operator(const Token& token);

// The cursor stands at "|" or at a line filter's operator.
Result<std::unique_ptr<StageExpr>> parse_stage(TokenCursor& cursor);

// Of a family each; the cursor stands behind the stage's name, for filters at their first token.
Result<std::unique_ptr<StageExpr>> parse_line_filter(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_label_filter(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_json_stage(TokenCursor& cursor);
Result<std::unique_ptr<StageExpr>> parse_logfmt_stage(TokenCursor& cursor);

}  // namespace oc::query
