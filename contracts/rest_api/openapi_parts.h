// The long parts of the document, as JSON text.
#pragma once

#include <string_view>

namespace oc::contracts {

extern const std::string_view kOpenApiPaths;    // the value of "paths"
extern const std::string_view kOpenApiSchemas;  // the value of "components.schemas"
// More of both: workflows and activities.
extern const std::string_view kOpenApiWorkflowPaths;
extern const std::string_view kOpenApiWorkflowSchemas;

}  // namespace oc::contracts
