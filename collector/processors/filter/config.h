// The keys of `filter`, for logs: log_conditions, logs.log_record, logs.resource, logs.include and logs.exclude.
#pragma once

#include <memory>
#include <vector>

#include "collector/ottl/condition.h"
#include "collector/pipeline/factory.h"
#include "collector/record/record_match.h"

namespace oc::collector {

struct FilterConfig : ComponentConfig {
  // What becomes of a record, and its batch, for which a condition cannot be worked out.
  enum class ErrorMode {
    kIgnore,     // the condition does not hold; a line in the log
    kSilent,     // likewise, without a line
    kPropagate,  // the batch is left out
  };
  ErrorMode error_mode = ErrorMode::kIgnore;
  std::vector<Condition> conditions;  // a record for which one holds is left out
  // The older way: left out is what does not match `include`, or does match `exclude`.
  std::shared_ptr<const RecordMatch> include, exclude;
};

Result<std::shared_ptr<const ComponentConfig>> parse_filter_config(const ComponentId& id, const ConfigValue& value);

}  // namespace oc::collector
