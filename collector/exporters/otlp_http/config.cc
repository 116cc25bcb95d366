#include "collector/exporters/otlp_http/config.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/http/message.h"
#include "contracts/delivery/ranges.h"

namespace oc::collector {

namespace {

void check_url(ConfigReader& reader, std::string_view key, const std::string& url) {
  const auto parsed = http::Url::parse(url);
  if (!parsed) return reader.fail(key, fmt::format("'{}': {}", key, parsed.error().message), parsed.error().next_step);
  if (parsed->scheme != "http" && parsed->scheme != "https")
    reader.fail(key, fmt::format("'{}' must be an http:// or https:// URL, not '{}'", key, url));
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

// Counts of requests, records ("items") or bytes, by the name of the sizer.
struct Sizes {
  std::size_t *requests = nullptr, *items = nullptr, *bytes = nullptr;

  std::size_t* of(ConfigReader& reader, const std::string& sizer) const {
    if (sizer == "requests" && requests) return requests;
    if (sizer == "items") return items;
    if (sizer == "bytes") return bytes;
    reader.fail("sizer",
                fmt::format("'sizer' must be {}items or bytes, not '{}'", requests ? "requests, " : "", sizer));
    return nullptr;
  }
};

constexpr std::int64_t kMostQueued = 1'000'000'000'000;

Status read_queue_batch(const ConfigValue& value, const std::string& owner, const std::string& queue_sizer,
                        RequestShape& shape) {
  ConfigReader reader(value, owner + ": batch");
  std::string sizer = queue_sizer == "bytes" ? "bytes" : "items";
  std::int64_t least = 0, most = 0;
  shape.flush_timeout = std::chrono::milliseconds(200);
  reader.text("sizer", sizer);
  reader.duration("flush_timeout", shape.flush_timeout);
  const bool counts_records = sizer != "bytes";
  least = counts_records ? 8192 : 0;
  reader.integer("min_size", least, 0, kMostQueued);
  reader.integer("max_size", most, 0, kMostQueued);
  reader.not_supported({"partition"});
  if (shape.flush_timeout.count() == 0) reader.fail("flush_timeout", "'flush_timeout' must be greater than zero");
  if (most > 0 && most < least) reader.fail("max_size", "'max_size' must be greater than or equal to 'min_size'");
  if (auto* size = Sizes{.items = &shape.min_records, .bytes = &shape.min_bytes}.of(reader, sizer))
    *size = static_cast<std::size_t>(least);
  if (auto* size = Sizes{.items = &shape.max_records, .bytes = &shape.max_bytes}.of(reader, sizer))
    *size = static_cast<std::size_t>(most);
  return reader.finish();
}

Status read_queue(ConfigReader& outer, OtlpHttpConfig& config) {
  const auto* value = outer.child("sending_queue");
  if (!value) return {};
  ConfigReader reader(*value, outer.owner() + ": sending_queue");
  bool enabled = true, blocks = false;
  std::string sizer = "requests";
  std::int64_t consumers = config.consumers, size = 0;
  reader.boolean("enabled", enabled);
  reader.integer("num_consumers", consumers, 1, 64);
  reader.text("sizer", sizer);
  reader.integer("queue_size", size, 1, kMostQueued);
  reader.boolean("block_on_overflow", blocks);  // either way nothing is dropped: docs/collector-exporters.md
  reader.boolean("wait_for_result", config.waits_for_result);
  reader.text("storage", config.storage);
  const auto* batch = reader.child("batch");
  config.consumers = static_cast<int>(consumers);
  if (auto* limit = Sizes{&config.queue.batches, &config.queue.records, &config.queue.bytes}.of(reader, sizer))
    *limit = static_cast<std::size_t>(size);
  if (!enabled && !config.storage.empty()) reader.fail("storage", "'storage' needs 'enabled: true'");
  OC_TRY(reader.finish());
  config.waits_for_result |= !enabled;  // without a queue who sends hears what became of it
  return batch ? read_queue_batch(*batch, reader.owner(), sizer, config.request) : Status();
}

void read_compression(ConfigReader& reader, OtlpHttpConfig& config) {
  struct Known {
    std::string_view name;
    Compression compression;
    int lowest, highest;  // levels
  };
  constexpr Known kKnown[] = {{"gzip", Compression::kGzip, -1, 9},    {"zlib", Compression::kZlib, -1, 9},
                              {"deflate", Compression::kZlib, -1, 9}, {"zstd", Compression::kZstd, 1, 11},
                              {"none", Compression::kNone, 0, 0},     {"", Compression::kNone, 0, 0}};
  auto& name = config.content_coding;
  reader.text("compression", name);
  const auto known = std::ranges::find(kKnown, name, &Known::name);
  if (known == std::end(kKnown))
    return reader.fail("compression", fmt::format("'compression: {}' is not supported", name),
                       "use gzip, zlib, deflate, zstd or none");
  config.compression = known->compression;
  if (config.compression == Compression::kNone) name.clear();
  if (const auto* value = reader.child("compression_params")) {
    ConfigReader params(*value, reader.owner() + ": compression_params");
    std::int64_t level = 0;
    params.integer("level", level, known->lowest, known->highest);
    if (value->find("level")) config.compression_level = static_cast<int>(level);
    if (auto read = params.finish(); !read) reader.fail_with(read.error());
  }
}

void read_encoding(ConfigReader& reader, OtlpHttpConfig& config) {
  std::string encoding = "proto";
  reader.text("encoding", encoding);
  if (encoding == "json") config.encoding = RequestEncoding::kJson;
  if (encoding != "proto" && encoding != "json")
    reader.fail("encoding", fmt::format("'encoding' must be proto or json, not '{}'", encoding));
}

void read_tls(ConfigReader& outer, OtlpHttpConfig& config) {
  const auto* value = outer.child("tls");
  if (!value) return;
  ConfigReader reader(*value, outer.owner() + ": tls");
  bool insecure = false;  // of an https:// URL it changes nothing, as in the official exporter
  reader.boolean("insecure", insecure);
  reader.text("ca_file", config.ca_file);
  reader.not_supported({"insecure_skip_verify", "cert_file", "key_file", "ca_pem", "cert_pem", "key_pem", "min_version",
                        "max_version", "server_name_override", "cipher_suites", "curve_preferences", "reload_interval",
                        "include_system_ca_certs_pool", "include_insecure_cipher_suites", "tpm"});
  if (auto read = reader.finish(); !read) outer.fail_with(read.error());
}

// They are for signals that this collector has no pipelines of; a config may be written for several collectors.
void read_other_endpoints(ConfigReader& reader) {
  for (const char* key : {"traces_endpoint", "metrics_endpoint", "profiles_endpoint"}) {
    std::string url;
    reader.text(key, url);
    if (!url.empty()) check_url(reader, key, url);
  }
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
  read_encoding(reader, *config);
  read_tls(reader, *config);
  read_other_endpoints(reader);
  OC_TRY(read_retry(reader, *config));
  OC_TRY(read_queue(reader, *config));
  reader.not_supported({"auth", "proxy_url", "read_buffer_size", "write_buffer_size", "max_idle_conns",
                        "max_idle_conns_per_host", "max_conns_per_host", "idle_conn_timeout", "disable_keep_alives",
                        "http2_read_idle_timeout", "http2_ping_timeout", "cookies", "force_attempt_http2",
                        "middlewares"});
  OC_TRY(reader.finish());
  return config;
}

}  // namespace oc::collector
