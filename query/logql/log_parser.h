// The log half of the grammar: selectors and pipelines.
#pragma once

#include "base/result.h"
#include "query/logql/ast.h"
#include "query/logql/token_cursor.h"

namespace oc::query {

Result<std::vector<Matcher>> parse_selector(TokenCursor& cursor);  // {app="api"}; checked as a query's must be

bool stage_follows(const TokenCursor& cursor);
// The stages that stand here, appended; each is compiled once, so that its errors come before the query runs.
Status parse_stages(TokenCursor& cursor, StageList& stages);

}  // namespace oc::query
