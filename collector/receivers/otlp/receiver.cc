#include "collector/receivers/otlp/receiver.h"

#include <fmt/format.h>

#include "base/http/content_coding.h"
#include "base/log.h"
#include "collector/receivers/otlp/cors.h"
#include "collector/receivers/otlp/request_batches.h"
#include "contracts/otlp/log_reader.h"

namespace oc::collector {

namespace {

constexpr std::string_view kProtobuf = "application/x-protobuf", kJson = "application/json";

std::optional<OtlpEncoding> encoding_of_type(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  for (char& c : type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  if (type == kProtobuf) return OtlpEncoding::kProtobuf;
  if (type == kJson) return OtlpEncoding::kJson;
  return std::nullopt;
}

Result<std::string> decoded_body(const http::Request& request, std::string sent, const OtlpReceiverConfig& config) {
  const auto coding = std::string(request.headers.get("Content-Encoding").value_or(""));
  if (coding.empty()) return sent;
  if (std::ranges::find(config.codings, coding) == config.codings.end())
    return permanent("unsupported Content-Encoding: " + coding);
  // zlib's streams are what HTTP calls deflate.
  auto body = http::decode_content(coding == "zlib" ? "deflate" : coding, std::move(sent), config.max_body_bytes);
  if (body) return std::move(*body);
  return permanent(body.error() == http::DecodeFailure::kTooLarge ? "http: request body too large"
                                                                  : "the body is not valid " + coding);
}

std::map<std::string, std::string> metadata_of(const http::Request& request) {
  std::map<std::string, std::string> metadata;
  for (const auto& [name, value] : request.headers.all()) {
    std::string key = name;
    for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    metadata.try_emplace(std::move(key), value);
  }
  return metadata;
}

http::Response take_logs(const http::Request& request, std::string sent, OtlpEncoding encoding,
                         const OtlpReceiverConfig& config, PushedData& pushed) {
  const auto refuse = [&](const Error& error) { return error_answer(encoding, 400, kInvalidArgument, error.message); };
  auto body = decoded_body(request, std::move(sent), config);
  if (!body) return refuse(body.error());
  if (encoding == OtlpEncoding::kJson) body = contracts::otlp::logs_json_to_protobuf(*body);
  if (!body) return refuse(body.error());
  auto batches = batches_of_request(std::move(*body), config.source_id,
                                    config.include_metadata ? metadata_of(request) : decltype(metadata_of(request))());
  if (!batches) return refuse(batches.error());
  const auto taken = pushed.take(std::move(*batches), request.cancelled);
  return taken ? accepted_answer(encoding) : busy_answer(encoding, taken.error().message);
}

http::Response handle_request(const http::Request& request, std::string sent, const OtlpReceiverConfig& config,
                              PushedData& pushed) {
  if (is_preflight(request)) return preflight_answer(config.cors, request);
  if (request.method != "POST") return plain_answer(405, "405 method not allowed, supported: [POST]");
  const auto encoding = encoding_of_type(request.headers.get("Content-Type").value_or(""));
  if (!encoding)
    return plain_answer(415, fmt::format("415 unsupported media type, supported: [{}, {}]", kJson, kProtobuf));
  return take_logs(request, std::move(sent), *encoding, config, pushed);
}

}  // namespace

Status OtlpReceiver::start(ReceiverStart start) {
  list_ = host_.shared.get<PushedDataList>([] { return std::make_shared<PushedDataList>(); });
  pushed_ = list_->of(id_.text(), host_.metrics);
  pushed_->set_consumer(std::move(start.consumer));
  ports_ = host_.shared.get<OtlpPorts>([] { return std::make_shared<OtlpPorts>(); });
  auto handler = [config = config_, pushed = pushed_](const http::Request& request, std::string sent) {
    auto response = handle_request(request, std::move(sent), *config, *pushed);
    if (!is_preflight(request)) allow_origin(config->cors, request, response);
    for (const auto& [name, value] : config->response_headers) response.headers.set(name, value);
    return response;
  };
  // The server counts what it refuses in the service's metrics, which outlive it.
  std::shared_ptr<MetricRegistry> metrics(&host_.metrics, [](MetricRegistry*) {});
  return ports_->open(*config_, this, std::move(handler), std::move(metrics));
}

void OtlpReceiver::stop() {
  if (ports_) ports_->close(this);
}

ReceiverFactory otlp_receiver_factory() {
  return {.type = "otlp",
          .aliases = {},
          .parse = parse_otlp_receiver_config,
          .make = [](const ComponentId& id, std::shared_ptr<const ReceiverConfig> config,
                     const Host& host) -> std::shared_ptr<Receiver> {
            return std::make_shared<OtlpReceiver>(id, std::static_pointer_cast<const OtlpReceiverConfig>(config), host);
          }};
}

}  // namespace oc::collector
