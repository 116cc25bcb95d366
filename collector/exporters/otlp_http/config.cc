#include "collector/exporters/otlp_http/config.h"

#include <fmt/format.h>

#include "base/http/message.h"
#include "contracts/delivery/ranges.h"

namespace oc::collector {

namespace {

void check_url(ConfigReader& reader, std::string_view key, const std::string& url) {
  const auto parsed = http::Url::parse(url);
  if (!parsed) return reader.fail(key, fmt::format("'{}': {}", key, parsed.error().message), parsed.error().next_step);
  if (parsed->scheme == "https")
    return reader.fail(key, fmt::format("'{}': https is not supported yet", key), "use http");
  if (parsed->scheme != "http") reader.fail(key, fmt::format("'{}' must be an http:// URL, not '{}'", key, url));
}

std::string without_trailing_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

void read_urls(ConfigReader& reader, OtlpHttpConfig& config) {
  std::string endpoint, watermarks;
  reader.text("endpoint", endpoint);
  reader.text("logs_endpoint", config.logs_url);
  reader.text("watermarks_endpoint", watermarks);
  if (config.logs_url.empty() && !endpoint.empty()) config.logs_url = without_trailing_slash(endpoint) + "/v1/logs";
  if (config.logs_url.empty())
    return reader.fail("endpoint", "'endpoint' or 'logs_endpoint' must be given",
                       "e.g. endpoint: http://127.0.0.1:3100/otlp");
  check_url(reader, endpoint.empty() ? "logs_endpoint" : "endpoint", config.logs_url);
  if (watermarks.empty()) return;
  check_url(reader, "watermarks_endpoint", watermarks);
  config.watermarks_url = without_trailing_slash(watermarks) + std::string(contracts::kWatermarksPath);
}

Status read_retry(ConfigReader& outer, OtlpHttpConfig& config) {
  const auto* value = outer.child("retry_on_failure");
  if (!value) return {};
  auto& retry = config.retry;
  ConfigReader reader(*value, "retry_on_failure");
  reader.boolean("enabled", retry.enabled);
  reader.duration("initial_interval", retry.initial_interval);
  reader.duration("max_interval", retry.max_interval);
  reader.duration("max_elapsed_time", retry.max_elapsed_time);
  reader.number("multiplier", retry.multiplier, 1, 100);
  reader.number("randomization_factor", retry.randomization_factor, 0, 1);
  return reader.finish();
}

Status read_queue(ConfigReader& outer, OtlpHttpConfig& config) {
  const auto* value = outer.child("sending_queue");
  if (!value) return {};
  ConfigReader reader(*value, "sending_queue");
  bool enabled = true;
  std::int64_t consumers = config.consumers;
  reader.boolean("enabled", enabled);
  if (!enabled)
    reader.fail("enabled", "'enabled: false' is not supported yet",
                "file sources need no queue on disk; leave the key out");
  reader.integer("num_consumers", consumers, 1, 64);
  config.consumers = static_cast<int>(consumers);
  reader.not_supported({"storage", "sizer", "queue_size", "block_on_overflow", "wait_for_result", "batch"});
  return reader.finish();
}

void read_compression(ConfigReader& reader, OtlpHttpConfig& config) {
  std::string compression = "gzip", encoding = "proto";
  reader.text("compression", compression);
  if (compression == "gzip")
    config.compression = Compression::kGzip;
  else if (compression == "zstd")
    config.compression = Compression::kZstd;
  else if (compression == "none" || compression.empty())
    config.compression = Compression::kNone;
  else
    reader.fail("compression", fmt::format("'compression: {}' is not supported yet", compression),
                "use gzip, zstd or none");
  reader.text("encoding", encoding);
  if (encoding != "proto")
    reader.fail("encoding", fmt::format("'encoding: {}' is not supported yet", encoding), "use proto");
}

}  // namespace

Result<std::shared_ptr<const ComponentConfig>> parse_otlp_http_config(const ComponentId& id, const ConfigValue& value) {
  auto config = std::make_shared<OtlpHttpConfig>();
  ConfigReader reader(value, id.text());
  read_urls(reader, *config);
  reader.text_map("headers", config->headers);
  reader.duration("timeout", config->timeout);
  if (config->timeout.count() == 0) config->timeout = std::chrono::hours(24);  // 0 is "none", as in the official one
  read_compression(reader, *config);
  OC_TRY(read_retry(reader, *config));
  OC_TRY(read_queue(reader, *config));
  reader.not_supported({"tls", "auth", "traces_endpoint", "metrics_endpoint", "profiles_endpoint", "proxy_url",
                        "read_buffer_size", "write_buffer_size", "max_idle_conns", "max_idle_conns_per_host",
                        "max_conns_per_host", "idle_conn_timeout", "disable_keep_alives", "http2_read_idle_timeout",
                        "http2_ping_timeout", "compression_params", "cookies", "force_attempt_http2", "middlewares"});
  OC_TRY(reader.finish());
  return config;
}

}  // namespace oc::collector
