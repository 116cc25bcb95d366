// The keys of the `otlp` receiver. Of its protocols `http` is real here.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "collector/pipeline/config_reader.h"
#include "collector/pipeline/factory.h"
#include "contracts/config/config.h"

namespace oc::collector {

struct CorsConfig {
  std::vector<std::string> allowed_origins;  // with '*' for any text; empty: no answers for browsers
  std::vector<std::string> allowed_headers;  // beside those that are always allowed
  std::vector<std::string> exposed_headers;
  std::int64_t max_age = 0;  // seconds; 0: the browser's default
};

struct OtlpReceiverConfig : ReceiverConfig {
  contracts::Endpoint endpoint{"127.0.0.1", 4318};
  std::string logs_path = "/v1/logs";
  std::uint64_t max_body_bytes = 20 << 20;  // compressed and not
  bool include_metadata = false;
  CorsConfig cors;
  std::map<std::string, std::string> response_headers;
  std::vector<std::string> codings{"gzip", "zstd", "zlib", "deflate"};  // of request bodies
  Duration idle_timeout = std::chrono::minutes(2);
};

Result<std::shared_ptr<const ReceiverConfig>> parse_otlp_receiver_config(const ComponentId& id,
                                                                         const ConfigValue& value);

}  // namespace oc::collector
