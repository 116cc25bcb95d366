// The one list of pipeline stages: which parse function reads which.
#pragma once

#include <memory>

#include "base/result.h"
#include "query/logql/stages/stage.h"
#include "query/logql/token_cursor.h"

namespace oc::query {

inline constexpr std::string_view kJsonParserError = "JSONParserErr";

// What a label filter compares with for `size > 1.25MiB`. Loki sends the filters of a pipeline on as it prints them, so
// they compare with 1.3MB; those behind `unwrap` it sends on as they are.
enum class ByteSizes { kAsPrinted, kExact };

bool is_line_filter_operator(const Token& token);

// The cursor stands at "|" or at a line filter's operator.
Result<std::unique_ptr<StageExpr>> parse_stage(TokenCursor& cursor);

// Of a family each; the cursor stands behind the stage's name, for filters at their first token.
Result<std::unique_ptr<StageExpr>> parse_line_filters(TokenCursor& cursor);  // all that follow one another
Result<std::unique_ptr<StageExpr>> parse_label_filter(TokenCursor& cursor, ByteSizes sizes);
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
