#include "collector/receivers/otlp/answer.h"

#include <protozero/pbf_writer.hpp>

namespace oc::collector {

namespace {

// google.rpc.Status
constexpr protozero::pbf_tag_type kStatusCode = 1, kStatusMessage = 2;

std::string encoded_status(int code, const std::string& message) {
  std::string bytes;
  protozero::pbf_writer writer(bytes);
  writer.add_int32(kStatusCode, code);
  writer.add_string(kStatusMessage, message);
  return bytes;
}

http::Response answer_with(OtlpEncoding encoding, int status, std::string body) {
  return http::Response::text(std::move(body), status,
                              encoding == OtlpEncoding::kJson ? "application/json" : "application/x-protobuf");
}

}  // namespace

http::Response accepted_answer(OtlpEncoding encoding) {
  using namespace std::string_literals;
  // An ExportLogsServiceResponse whose partial_success is empty.
  return answer_with(encoding, 200, encoding == OtlpEncoding::kJson ? R"({"partialSuccess":{}})"s : "\n\0"s);
}

http::Response error_answer(OtlpEncoding encoding, int status, int code, const std::string& message) {
  if (encoding == OtlpEncoding::kProtobuf) return answer_with(encoding, status, encoded_status(code, message));
  const Json json = {{"code", code}, {"message", message}};
  return answer_with(encoding, status, json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

http::Response busy_answer(OtlpEncoding encoding, const std::string& message) {
  auto answer = error_answer(encoding, 503, kUnavailable, message);
  answer.headers.set("Retry-After", "1");
  return answer;
}

http::Response plain_answer(int status, std::string text, std::string content_type) {
  return http::Response::text(std::move(text), status, std::move(content_type));
}

}  // namespace oc::collector
