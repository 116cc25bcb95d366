// The log half of the grammar: selectors and pipelines.
#pragma once

#include "base/result.h"
#include "query/logql/ast.h"
#include "query/logql/token_cursor.h"

namespace oc::query {

// Without such a matcher a typing error would read everything. Loki says so of numbers in place of series, too.
inline constexpr std::string_view kNeedsMatcher =
    "queries require at least one regexp or equality matcher that does not have an empty-compatible value. For "
    "instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will";

Result<std::vector<Matcher>> parse_selector(TokenCursor& cursor);  // {app="api"}; checked as a query's must be

// One of them, or of a drop or keep stage's; its regular expression is not looked at.
Result<Matcher> parse_matcher(TokenCursor& cursor, std::string_view expecting);

bool stage_follows(const TokenCursor& cursor);
bool unwrap_follows(const TokenCursor& cursor);  // | unwrap: of ranges alone
// The stages that stand here, appended.
Status parse_stages(TokenCursor& cursor, StageList& stages);
// Likewise up to an unwrap.
Status parse_range_stages(TokenCursor& cursor, StageList& stages);

}  // namespace oc::query
