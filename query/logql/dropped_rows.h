// Which rows of a batch a pipeline drops, as far as their metadata, or their lines' templates and values, tell.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "query/logql/pipeline.h"
#include "query/logql/query_context.h"

namespace oc::query {

struct PlaceRange {
  std::size_t begin = 0, end = 0;  // half open
};

// The places in this range of the batch's rows that the pipeline may keep, ascending.
Result<std::vector<std::uint32_t>> rows_left(const QueryContext& context, Pipeline& pipeline, RowBatch& batch,
                                             PlaceRange range);

}  // namespace oc::query
