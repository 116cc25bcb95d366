#include "stores/ingest/ingest_routes.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/json.h"
#include "base/log.h"
#include "contracts/delivery/ranges.h"
#include "contracts/otlp/log_reader.h"
#include "stores/ingest/otlp_mapping.h"
#include "stores/ingest/otlp_status.h"

namespace oc::stores {

namespace {

constexpr const char* kNothingToStore =
    "error at least one valid stream is required for ingestion";  // as Loki words it

enum class Encoding { kProtobuf, kJson };

Result<Encoding> encoding_of(const http::Request& request) {
  std::string type(request.headers.get("Content-Type").value_or(""));
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.pop_back();
  std::ranges::transform(type, type.begin(), [](unsigned char letter) { return std::tolower(letter); });
  if (type == "application/x-protobuf" || type == "application/protobuf") return Encoding::kProtobuf;
  if (type == "application/json") return Encoding::kJson;
  return permanent(fmt::format("Content-Type: \"{}\" is not supported", type),
                   "send application/x-protobuf or application/json");
}

Status read_delivery_header(const http::Request& request, AppendBatch& batch) {
  const auto header = request.headers.get(contracts::kDeliveryHeader);
  if (!header) return {};
  if (header->size() > contracts::kMaxDeliveryHeaderBytes)
    return permanent(
        fmt::format("{}: longer than {} bytes", contracts::kDeliveryHeader, contracts::kMaxDeliveryHeaderBytes),
        "send fewer files in one request");
  auto files = contracts::decode_delivery(*header);
  if (!files) return in_context(std::move(files).error(), std::string(contracts::kDeliveryHeader));
  batch.files = std::move(*files);
  return {};
}

// `body` must live as long as `batch`.
Status read_request(const http::Request& request, Encoding encoding, std::string& transcoded, AppendBatch& batch,
                    Nanos now_ns) {
  OC_TRY(read_delivery_header(request, batch));
  std::string_view body = request.body;
  if (encoding == Encoding::kJson) {
    OC_TRY_ASSIGN(transcoded, contracts::otlp::logs_json_to_protobuf(body));
    body = transcoded;
  }
  // A record takes about as much in the request, so that the vectors seldom grow; what is not filled is never touched.
  batch.rows.reserve(body.size() / sizeof(AppendBatch::Row));
  batch.own_metadata.reserve(body.size() / sizeof(query::LabelView));
  OtlpMapping mapping(batch, now_ns);
  OC_TRY(contracts::otlp::read_logs(body, mapping));
  return mapping.finish();
}

http::Response refuse(int status, RpcCode code, const Error& error, Encoding encoding) {
  http::Response response;
  response.status = status;
  const bool json = encoding == Encoding::kJson;
  response.headers.set("Content-Type", json ? "application/json" : "application/x-protobuf");
  response.body = json ? rpc_status_json(code, error.text()) : rpc_status_protobuf(code, error.text());
  // A full disk is not empty again in less; a sender backs off on its own beyond it.
  if (status == 503) response.headers.set("Retry-After", "1");
  return response;
}

http::Response append_logs(const http::Request& request, LogStore& store, const Clock& clock) {
  const auto encoding = encoding_of(request);
  if (!encoding) return refuse(400, RpcCode::kInvalidArgument, encoding.error(), Encoding::kProtobuf);
  AppendBatch batch;
  batch.tenant = kOnlyTenant;
  std::string transcoded;
  if (auto read = read_request(request, *encoding, transcoded, batch, clock.wall_ns()); !read)
    return refuse(400, RpcCode::kInvalidArgument, read.error(), *encoding);
  if (batch.rows.empty() && batch.files.empty())  // ranges alone say that there is nothing to keep of them
    return refuse(422, RpcCode::kInvalidArgument, Error{.message = kNothingToStore}, *encoding);
  // Whatever keeps the store from writing, the request is right and may be sent again.
  if (auto appended = store.append(batch); !appended)
    return refuse(503, RpcCode::kUnavailable, appended.error(), *encoding);
  http::Response response;
  response.status = 204;
  return response;
}

}  // namespace

void add_ingest_routes(http::Router& router, LogStore& store, const Clock& clock) {
  router.post("/otlp/v1/logs",
              [&store, &clock](const http::Request& request) { return append_logs(request, store, clock); });
  router.get(
      std::string(contracts::kWatermarksPath),
      [&store](const http::Request& request) {
        const auto sources = request.parameters("source_id");
        return http::Response::json(contracts::to_json(store.watermarks(std::string(kOnlyTenant), sources)));
      },
      http::Lane::kAdmin);
}

}  // namespace oc::stores
