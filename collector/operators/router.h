// router: where a record goes on depends on what it is. The first route whose expression is true takes it; one that
// none takes is left out.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "collector/expr/template.h"
#include "collector/operators/operator.h"

namespace oc::collector {

class Router final : public Operator {
 public:
  static std::shared_ptr<const Operator> parse(ConfigReader& reader);
  const std::vector<std::vector<std::string>>* outputs() const override { return &outputs_; }
  std::optional<std::size_t> route(LogRecord& record, Arena& arena) const override;

 private:
  struct Route {
    std::optional<Expression> condition;  // none: the default
    std::vector<std::pair<std::string, ExpressionTemplate>> attributes;
  };
  void read_route(const ConfigValue& value, ConfigReader& reader);

  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> outputs_;  // one a route: ids
};

}  // namespace oc::collector
