#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "contracts/config/config.h"
#include "contracts/config/key_table.h"

namespace oc::contracts {
namespace {

const Json& at(const Json& schema, std::string_view path) {
  const Json* node = &schema;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto dot = std::min(path.find('.', begin), path.size());
    node = &node->at("properties").at(std::string(path.substr(begin, dot - begin)));
    begin = dot + 1;
  }
  return *node;
}

// The value as it stands in a config, nested in its sections.
std::string yaml_of(std::string_view path, const Json& value) {
  std::string before;
  std::string after;
  for (const char c : path) {
    if (c == '.') {
      before += ": {";
      after += '}';
    } else {
      before += c;
    }
  }
  return "{" + before + ": " + value.dump() + after + "}";
}

TEST(ConfigSchema, DescribesEveryKeyWithItsDefault) {
  const auto schema = config_schema();
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  for (const auto& key : keys()) {
    const auto& described = at(schema, key.path);
    EXPECT_TRUE(described["description"].get<std::string>().starts_with(key.description)) << key.path;
    EXPECT_TRUE(described.contains("default")) << key.path;
  }
  EXPECT_EQ(at(schema, "limits.backfill_bytes_per_file")["default"], "64MiB");
  EXPECT_EQ(at(schema, "retention.time")["default"], "14d");
  EXPECT_EQ(at(schema, "discovery.backfill")["default"], "recent");
}

TEST(ConfigSchema, EveryDefaultIsAcceptedWhenWrittenOut) {
  for (const auto& key : keys()) {
    const auto yaml = yaml_of(key.path, at(config_schema(), key.path)["default"]);
    const auto config = parse_config(yaml, "x.yaml", 0);
    EXPECT_TRUE(config.has_value()) << yaml << " " << config.error().text();
  }
}

TEST(ConfigSchema, AllowsNothingElse) {
  const auto schema = config_schema();
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(at(schema, "discovery.filesystem")["additionalProperties"], false);
  EXPECT_EQ(names_below(""), (std::vector<std::string_view>{"discovery", "agent", "sinks", "alerts", "overlay",
                                                            "listen", "limits", "registry", "retention"}));
}

TEST(KeyTable, EveryKeyHasATargetOfItsOwn) {
  Config config;
  std::vector<const void*> targets;
  for (const auto& key : keys()) {
    targets.push_back(std::visit([](auto* target) -> const void* { return target; }, key.target(config)));
  }
  std::ranges::sort(targets);
  EXPECT_EQ(std::ranges::adjacent_find(targets), targets.end());
}

}  // namespace
}  // namespace oc::contracts
