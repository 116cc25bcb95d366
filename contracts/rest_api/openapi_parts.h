// The two long parts of the document, as JSON text.
#pragma once

#include <string_view>

namespace oc::contracts {

extern const std::string_view kOpenApiPaths;    // the value of "paths"
extern const std::string_view kOpenApiSchemas;  // the value of "components.schemas"

}  // namespace oc::contracts
