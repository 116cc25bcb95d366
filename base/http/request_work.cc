#include "base/http/request_work.h"

#include <fmt/format.h>

#include "base/http/content_coding.h"
#include "base/log.h"

namespace oc::http {

namespace {

constexpr std::size_t kWorthCompressingBytes = 1024;  // below it fits a packet anyway

Response decode_error(DecodeFailure failure, std::string_view codings, std::size_t limit) {
  switch (failure) {
    case DecodeFailure::kUnknownCoding:
      return Response::error(415, fmt::format("Content-Encoding \"{}\" is not known", codings),
                             "use gzip, deflate, zstd or none");
    case DecodeFailure::kTooLarge:
      return Response::error(413, fmt::format("the decompressed body is larger than {} bytes", limit),
                             "send smaller batches");
    case DecodeFailure::kCorrupt:
      break;
  }
  return Response::error(400, fmt::format("the body is not valid {}", codings));
}

void compress_if_wanted(const Request& request, Response& response) {
  if (response.body.size() <= kWorthCompressingBytes || response.headers.get("Content-Encoding")) return;
  response.headers.set("Vary", "Accept-Encoding");  // whichever form this one has: caches must know (RFC 9110, 12.5.5)
  if (!accepts_gzip(request.headers.get("Accept-Encoding").value_or(""))) return;
  response.body = gzip(response.body);
  response.headers.set("Content-Encoding", "gzip");
}

Response decode_and_handle(const Router::Route& route, Request& request, std::size_t max_body_bytes) {
  if (route.body_handler) {
    auto response = route.body_handler(request, std::move(request.body));
    compress_if_wanted(request, response);
    return response;
  }
  if (const auto codings = request.headers.get("Content-Encoding"); codings && !request.body.empty()) {
    auto decoded = decode_content(*codings, std::move(request.body), max_body_bytes);
    if (!decoded) return decode_error(decoded.error(), *codings, max_body_bytes);
    request.body = std::move(*decoded);
  }
  Response response = route.handler(request);
  compress_if_wanted(request, response);
  return response;
}

}  // namespace

Response process_request(const Router::Route& route, Request& request, std::size_t max_body_bytes) noexcept {
  try {
    return decode_and_handle(route, request, max_body_bytes);
  } catch (const std::exception& error) {
    log::error("{} {}: the handler failed: {}", request.method, request.path(), error.what());
    return Response::error(500, "internal error", "see the server's log");
  }
}

}  // namespace oc::http
