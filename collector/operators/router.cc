#include "collector/operators/router.h"

#include "collector/operators/parser_keys.h"

namespace oc::collector {

namespace {

// One id, alone or in a list.
std::string read_output(ConfigReader& reader, std::string_view key) {
  std::vector<std::string> ids;
  reader.text_list(key, ids);
  if (ids.size() > 1)
    reader.fail(key, "several outputs of one route are not supported yet", "name one, and let that lead to the next");
  return ids.empty() ? std::string() : ids[0];
}

}  // namespace

void Router::read_route(const ConfigValue& value, ConfigReader& reader) {
  if (!value.is_map()) return reader.fail("routes", "each of 'routes' must be a map with 'expr' and 'output'");
  ConfigReader inner(value, reader.owner() + ": route");
  Route route{.condition = read_condition(inner, "expr"), .attributes = {}};
  if (!route.condition) inner.fail("expr", "'expr' is missing");  // unless there is an error already
  std::map<std::string, std::string> attributes;
  inner.text_map("attributes", attributes);
  for (auto& [key, text] : attributes) {
    if (text.find("EXPR(") != text.npos)
      inner.fail("attributes", "EXPR() in a route's 'attributes' is not supported yet",
                 "use an add operator behind it");
    route.attributes.emplace_back(key, text);
  }
  outputs_.push_back(read_output(inner, "output"));
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
  if (auto id = read_output(reader, "default"); !id.empty()) {
    made->routes_.push_back({});
    made->outputs_.push_back(std::move(id));
  }
  return made;
}

// An expression that fails is not true.
std::optional<std::size_t> Router::route(LogRecord& record, Arena& arena) const {
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const auto holds = routes_[i].condition ? routes_[i].condition->test(record, arena) : Result<bool>(true);
    if (!holds || !*holds) continue;
    for (const auto& [key, text] : routes_[i].attributes)
      record.change(RecordRoot::kAttributes, arena).set(key, Value::of(text), arena);
    return i;
  }
  return std::nullopt;
}

}  // namespace oc::collector
