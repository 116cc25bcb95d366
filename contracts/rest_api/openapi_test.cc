#include "contracts/rest_api/openapi.h"

#include <set>

#include <gtest/gtest.h>

#include "contracts/opamp/proposed_log.h"
#include "model/collector_config.h"
#include "model/log_source.h"
#include "model/policy.h"

namespace oc::contracts {
namespace {

void collect_references(const Json& node, std::set<std::string>& references) {
  if (node.is_object() && node.contains("$ref")) references.insert(node["$ref"].get<std::string>());
  for (const auto& child : node) {
    if (child.is_structured()) collect_references(child, references);
  }
}

std::set<std::string> names(const Json& object) {
  std::set<std::string> result;
  for (const auto& [name, value] : object.items()) result.insert(name);
  return result;
}

const Json& schema(const char* name) { return openapi_document()["components"]["schemas"].at(name); }

TEST(OpenApi, HasEveryPathOfTheControlPlane) {
  const std::set<std::string> expected = {"/healthz",
                                          "/readyz",
                                          "/metrics",
                                          "/api/v1/openapi.json",
                                          "/api/v1/status",
                                          "/api/v1/agents",
                                          "/api/v1/sources",
                                          "/api/v1/sources/{source_id}",
                                          "/api/v1/sources/{source_id}/explain",
                                          "/api/v1/sources/{source_id}/labels",
                                          "/api/v1/sources/{source_id}/history",
                                          "/api/v1/events",
                                          "/api/v1/configs",
                                          "/api/v1/configs/{agent_id}/{version}",
                                          "/api/v1/configs/{agent_id}/{version}/diff/{other}",
                                          "/api/v1/policies",
                                          "/api/v1/policies/{version}",
                                          "/api/v1/rollback",
                                          "/api/v1/plan",
                                          "/api/v1/workflows",
                                          "/api/v1/workflows/{run_id}",
                                          "/api/v1/workflows/{run_id}/cancel",
                                          "/api/v1/workflows/{run_id}/signals/{name}",
                                          "/api/v1/activities",
                                          "/api/v1/activities/{name}/run",
                                          "/api/v1/probe"};
  EXPECT_EQ(names(openapi_document()["paths"]), expected);
  EXPECT_EQ(openapi_document()["openapi"], "3.1.0");
  EXPECT_TRUE(openapi_document()["paths"]["/api/v1/probe"].contains("post"));
}

TEST(OpenApi, OperationsHaveNamesOfTheirOwnAndDescribeTheirPathParameters) {
  std::set<std::string> operations;
  for (const auto& [path, item] : openapi_document()["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      EXPECT_TRUE(operations.insert(operation.at("operationId").get<std::string>()).second) << path;
      EXPECT_TRUE(operation.at("responses").contains("200")) << path;
      for (const auto& parameter : operation.value("parameters", Json::array())) {
        const auto placed = path.find("{" + parameter["name"].get<std::string>() + "}") != std::string::npos;
        EXPECT_EQ(placed, parameter["in"] == "path") << path;
      }
    }
  }
}

TEST(OpenApi, EveryReferenceLeadsToASchemaAndEverySchemaIsUsed) {
  std::set<std::string> references;
  collect_references(openapi_document(), references);
  std::set<std::string> defined;
  for (const auto& name : names(openapi_document()["components"]["schemas"])) {
    defined.insert("#/components/schemas/" + name);
  }
  EXPECT_EQ(references, defined);
}

TEST(OpenApi, RequiredMembersAreDescribed) {
  for (const auto& [name, definition] : openapi_document()["components"]["schemas"].items()) {
    for (const auto& required : definition.value("required", Json::array())) {
      EXPECT_TRUE(definition["properties"].contains(required.get<std::string>())) << name << " " << required;
    }
  }
}

TEST(OpenApi, SchemasOfRecordsAreWhatTheModelWrites) {
  EXPECT_EQ(names(schema("LogShape")["properties"]), names(model::to_json(model::LogShape{})));
  EXPECT_EQ(names(schema("DiscoveredLogSource")["properties"]), names(model::to_json(model::DiscoveredLogSource{})));
  EXPECT_EQ(names(schema("CollectorConfig")["properties"]), names(model::to_json(model::CollectorConfig{})));
  EXPECT_EQ(names(schema("ProposedLog")["properties"]), names(to_json(ProposedLog{})));
  EXPECT_EQ(names(schema("VerificationResult")["properties"]), names(model::to_json(model::VerificationResult{})));
  auto policy = names(model::to_json(model::Policy{}));
  EXPECT_EQ(names(schema("Policy")["properties"]), policy);
  policy.erase("overlay");
  EXPECT_EQ(names(schema("PolicySummary")["properties"]), policy);
  auto source = names(model::to_json(model::RegisteredLogSource{}));
  source.insert("verification");
  EXPECT_EQ(names(schema("Source")["properties"]), source);
  auto summary = names(model::to_json(model::CollectorConfig{}));
  summary.erase("yaml");
  summary.insert({"state", "error"});
  EXPECT_EQ(names(schema("ConfigSummary")["properties"]), summary);
}

}  // namespace
}  // namespace oc::contracts
