#include "stores/http/loki_refusals.h"

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "stores/ingest/otlp_status.h"

namespace oc::stores {

namespace {

bool is_otlp(std::string_view path) { return path == "/otlp/v1/logs"; }
bool takes_pushes(std::string_view path) { return path.ends_with("/push") || is_otlp(path); }
bool is_of_loki(std::string_view path) {
  return path.starts_with("/loki/") || path.starts_with("/api/prom/") || path.starts_with("/prometheus/") ||
         is_otlp(path);
}

// OTLP's errors have a body of their own.
http::Response unknown_coding_in_otlp(std::string_view coding) {
  const auto text = fmt::format("unsupported content encoding {}: only gzip, deflate and zstd are supported", coding);
  return http::Response::text(rpc_status_protobuf(RpcCode::kInvalidArgument, text), 400, "application/x-protobuf");
}

}  // namespace

http::Response as_loki_refuses(const http::Request& request, http::Response refusal) {
  if (!is_of_loki(request.path())) return refusal;
  const auto with_text = [&](int status, std::string text) {
    auto reworded = http::Response::text(std::move(text), status);
    for (const auto& name : {"Allow", "Retry-After", "WWW-Authenticate", "Connection"}) {
      if (const auto value = refusal.headers.get(name)) reworded.headers.set(name, std::string(*value));
    }
    return reworded;
  };
  switch (refusal.status) {
    case 404:
      return with_text(404, "404 page not found\n");
    case 405:  // Loki's query routes do not know of other methods
      return takes_pushes(request.path()) ? with_text(405, "") : with_text(404, "404 page not found\n");
    case 426:
      return with_text(400, "Bad Request\n");
    case 413:
      return with_text(413, "request body too large\n");
    case 415: {
      const auto coding = request.headers.get("Content-Encoding").value_or("");
      if (is_otlp(request.path())) return unknown_coding_in_otlp(coding);
      return with_text(400, fmt::format("Content-Encoding {} not supported\n", query::go_quote(coding)));
    }
    default:
      return refusal;
  }
}

}  // namespace oc::stores
