// `sources label`, `sources delete`, `sources history`.
#pragma once

#include <string>
#include <vector>

#include "cli/api_client.h"

namespace oc::cli {

struct LabelOptions {
  std::string source;
  std::vector<std::string> set;     // "key=value"
  std::vector<std::string> remove;  // names
};

int label_command(const ClientOptions& client, const LabelOptions& options);
int delete_source_command(const ClientOptions& client, const std::string& source);
int history_command(const ClientOptions& client, const std::string& source);

}  // namespace oc::cli
