#include "collector/operators/router.h"

#include <fmt/format.h>

#include "collector/operators/parser_keys.h"

namespace oc::collector {

void Router::read_route(const ConfigValue& value, ConfigReader& reader) {
  if (!value.is_map()) return reader.fail("routes", "each of 'routes' must be a map with 'expr' and 'output'");
  ConfigReader inner(value, reader.owner() + ": route");
  Route route{.condition = read_condition(inner, "expr"), .attributes = {}};
  if (!route.condition) inner.fail("expr", "'expr' is missing");  // unless there is an error already
  std::map<std::string, std::string> attributes;
  inner.text_map("attributes", attributes);
  for (auto& [key, text] : attributes) {
    auto made = ExpressionTemplate::compile(text);
    if (made)
      route.attributes.emplace_back(key, std::move(*made));
    else
      inner.fail("attributes", fmt::format("'attributes.{}': {}", key, made.error().message), made.error().next_step);
  }
  outputs_.emplace_back();
  inner.text_list("output", outputs_.back());
  if (outputs_.back().empty()) inner.fail("output", "'output' is missing");
  routes_.push_back(std::move(route));
  if (auto finished = inner.finish(); !finished) reader.fail_with(finished.error());
}

std::shared_ptr<const Operator> Router::parse(ConfigReader& reader) {
  auto made = std::make_shared<Router>();
  const auto* routes = reader.child("routes");
  if (!routes || routes->kind != ConfigValue::Kind::kList || routes->items.empty()) {
    reader.fail("routes", "'routes' must be a list of maps with 'expr' and 'output'");
    return made;
  }
  for (const auto& route : routes->items) made->read_route(route, reader);
  std::vector<std::string> otherwise;
  reader.text_list("default", otherwise);
  if (!otherwise.empty()) {
    made->routes_.push_back({});
    made->outputs_.push_back(std::move(otherwise));
  }
  return made;
}

// An expression that fails is not true; of an attribute, it is left away.
std::optional<std::size_t> Router::route(LogRecord& record, Arena& arena) const {
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const auto holds = routes_[i].condition ? routes_[i].condition->test(record, arena) : Result<bool>(true);
    if (!holds || !*holds) continue;
    for (const auto& [key, text] : routes_[i].attributes)
      if (const auto value = text.text_for(record, arena))
        record.change(RecordRoot::kAttributes, arena).set(key, Value::of(*value), arena);
    return i;
  }
  return std::nullopt;
}

}  // namespace oc::collector
