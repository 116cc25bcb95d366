#include "contracts/rest_api/openapi.h"

#include <string>

#include "contracts/config/version.h"
#include "contracts/rest_api/openapi_parts.h"

namespace oc::contracts {

namespace {

constexpr std::string_view kDescription =
    "JSON in UTF-8; times by RFC 3339 in UTC with milliseconds. Who may call: root, the user it runs as, members of "
    "the "
    "group onecollector, and whoever sends the token (Authorization: Bearer TOKEN, or Basic with the token as "
    "password).";

Json merged(std::string_view first, std::string_view second) {
  auto json = Json::parse(first);
  json.update(Json::parse(second));
  return json;
}

Json build() {
  return {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "OneCollector control plane"}, {"version", std::string(kVersion)}, {"description", kDescription}}},
      {"servers", Json::array({{{"url", "http://127.0.0.1:8080"}}})},
      {"security", Json::array({Json::object(), {{"bearer", Json::array()}}, {{"basic", Json::array()}}})},
      {"paths", merged(kOpenApiPaths, kOpenApiWorkflowPaths)},
      {"components",
       {{"securitySchemes",
         {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}}, {"basic", {{"type", "http"}, {"scheme", "basic"}}}}},
        {"schemas", merged(kOpenApiSchemas, kOpenApiWorkflowSchemas)}}}};
}

}  // namespace

const Json& openapi_document() {
  static const Json document = build();
  return document;
}

}  // namespace oc::contracts
