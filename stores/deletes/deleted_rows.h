// Whether a row is one that a delete request names.
#pragma once

#include <memory>
#include <optional>

#include "query/logql/log_reader.h"
#include "query/logql/pipeline.h"
#include "stores/deletes/delete_request.h"

namespace oc::stores {

// One thread at a time.
class DeletedRows {
 public:
  // An error: the query is no log query.
  static Result<DeletedRows> compile(const DeleteRequest& request);

  bool overlaps(Nanos first_ns, Nanos last_ns) const { return first_ns <= end_ns_ && last_ns >= start_ns_; }
  bool names(const query::Labels& labels) const { return matchers_.matches(labels); }
  // Of a stream that is named.
  bool names(const query::Stream& stream, const query::Row& row);

 private:
  DeletedRows(const DeleteRequest& request, query::CompiledMatchers matchers, query::CompiledLineFilters filters,
              query::Pipeline pipeline);

  Nanos start_ns_;
  Nanos end_ns_;
  query::CompiledMatchers matchers_;
  query::CompiledLineFilters filters_;
  query::Pipeline pipeline_;
};

}  // namespace oc::stores
