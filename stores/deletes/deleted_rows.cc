#include "stores/deletes/deleted_rows.h"

#include <utility>

#include "query/logql/parser.h"

namespace oc::stores {

DeletedRows::DeletedRows(const DeleteRequest& request, query::CompiledMatchers matchers,
                         query::CompiledLineFilters filters, query::Pipeline pipeline)
    : start_ns_(request.start_ns),
      end_ns_(request.end_ns),
      matchers_(std::move(matchers)),
      filters_(std::move(filters)),
      pipeline_(std::move(pipeline)) {}

Result<DeletedRows> DeletedRows::compile(const DeleteRequest& request) {
  OC_TRY_ASSIGN(const auto log, query::parse_log_query(request.query));
  OC_TRY_ASSIGN(auto pipeline, query::Pipeline::compile(log));
  OC_TRY_ASSIGN(auto matchers, query::CompiledMatchers::compile(pipeline.matchers()));
  OC_TRY_ASSIGN(auto filters, query::CompiledLineFilters::compile(pipeline.pushed_down()));
  return DeletedRows(request, std::move(matchers), std::move(filters), std::move(pipeline));
}

bool DeletedRows::names(const query::Stream& stream, const query::Row& row) {
  if (row.time_ns < start_ns_ || row.time_ns > end_ns_ || !filters_.matches(row.line)) return false;
  return !pipeline_.has_stages() || pipeline_.run(stream, row) != nullptr;
}

}  // namespace oc::stores
