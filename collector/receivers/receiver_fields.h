// Those of a receiver's `attributes` and `resource` that depend on the record: they hold EXPR(…).
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "collector/expr/template.h"
#include "collector/operators/operator.h"

namespace oc::collector {

// The first step of all records. What cannot be given is missing, and said; nothing is left out for it.
class ReceiverFields final : public Operator {
 public:
  // Takes the templates out of `values`, which is what the key `key` says.
  void take(ConfigReader& reader, std::string_view key, RecordRoot root, std::map<std::string, std::string>& values);
  bool empty() const { return fields_.empty(); }
  Result<Fate> process(LogRecord& record, Arena& arena) const override;

 private:
  struct TemplateField {
    RecordRoot root;
    std::string key;
    ExpressionTemplate text;
  };
  std::vector<TemplateField> fields_;
};

}  // namespace oc::collector
