// Which rows a store is to get rid of.
#pragma once

#include <functional>

#include "query/logql/log_reader.h"

namespace oc::stores {

// Called from one thread.
struct RowRemoval {
  // Whether rows of the stream between the two times, both inclusive, may have to go; what is false is not read.
  std::function<bool(const query::Stream& stream, Nanos first_ns, Nanos last_ns)> concerns;
  std::function<bool(const query::Stream& stream, const query::Row& row)> removes;
  bool sealed_only = false;  // rows that are in no part yet may stay
};

}  // namespace oc::stores
