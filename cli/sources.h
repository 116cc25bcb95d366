// `sources`, `explain`, and the table that ends `up`.
#pragma once

#include <string>

#include "base/json.h"
#include "cli/api_client.h"
#include "cli/table.h"

namespace oc::cli {

struct SourcesOptions {
  std::string status = "active";  // or "inactive", "all"
  std::string search;
};

int sources_command(const ClientOptions& client, const SourcesOptions& options);
// Exit code 1 when a link of the chain is broken.
int explain_command(const ClientOptions& client, const std::string& source);

// All pages of GET /api/v1/sources.
Result<Json> all_sources(ApiClient& api, const SourcesOptions& options);
// One row a source: path, service, shape, config version, proof in words, link. `sources` is an array of them.
std::string sources_table(const Json& sources, const std::string& server_url, const Terminal& terminal);
// "verified in 84 ms: 1,204 lines", "waiting for first line" …
std::string delivery_words(const Json& verification);

}  // namespace oc::cli
