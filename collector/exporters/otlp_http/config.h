// The keys of `otlp_http` that are real here, official names and defaults. `watermarks_endpoint` is ours: the base URL
// of a sink that remembers ranges (contracts/delivery/ranges.h).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "collector/exporters/otlp_http/batch_queue.h"
#include "collector/pipeline/config_reader.h"
#include "collector/pipeline/factory.h"

namespace oc::collector {

enum class Compression { kNone, kGzip, kZlib, kZstd };
enum class RequestEncoding { kProtobuf, kJson };

struct RetryConfig {
  bool enabled = true;
  Duration initial_interval = std::chrono::seconds(5);
  Duration max_interval = std::chrono::seconds(30);
  Duration max_elapsed_time = std::chrono::seconds(300);  // 0: for ever
  double multiplier = 1.5;
  double randomization_factor = 0.5;
};

struct OtlpHttpConfig : ComponentConfig {
  std::string logs_url;
  std::string watermarks_url;  // empty: the sink has no memory
  std::map<std::string, std::string> headers;
  std::string ca_file;  // of the authorities to trust for https; empty: the system's
  Compression compression = Compression::kGzip;
  std::string content_coding = "gzip";  // its name in the request; empty: none
  std::optional<int> compression_level;
  RequestEncoding encoding = RequestEncoding::kProtobuf;
  Duration timeout = std::chrono::seconds(30);
  RetryConfig retry;
  int consumers = 2;  // requests under way at once
  QueueLimits queue;
  RequestShape request;
  bool waits_for_result = false;  // pushed data is answered once the sink has it
};

Result<std::shared_ptr<const ComponentConfig>> parse_otlp_http_config(const ComponentId& id, const ConfigValue& value);

}  // namespace oc::collector
