// What an operator is: one step that records of a receiver pass. Made once from its config, then shared by threads.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "collector/pipeline/config_reader.h"
#include "collector/record/log_record.h"

namespace oc::collector {

enum class Fate { kGoesOn, kLeftOut };

class Operator {
 public:
  virtual ~Operator() = default;
  // Changes the record. An error is what `on_error` decides about; the record then stays as far as it got. What is put
  // into the record lives in the arena, in the record's batch or in the operator.
  virtual Result<Fate> process(LogRecord& record, Arena& arena) const = 0;
};

struct OperatorFactory {
  std::string_view type;
  // Reads the type's own keys; an error the reader cannot know is told it by fail().
  std::shared_ptr<const Operator> (*parse)(ConfigReader& reader);
};

// All operators there are.
std::span<const OperatorFactory> operator_list();

}  // namespace oc::collector
