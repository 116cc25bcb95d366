// /api/prom/query, Loki's first query API: a log query over a range, answered with labels as text.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/http/message.h"
#include "base/result.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

// {"streams": [{"labels": "{app=\"api\"}", "entries": [{"ts": RFC 3339, "line": …}]}], "stats": {}}
Result<std::string> answer_old_query(const query::LogReader& reader, const http::Request& request, Nanos now_ns);

}  // namespace oc::stores
