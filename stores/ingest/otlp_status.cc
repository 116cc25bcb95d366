#include "stores/ingest/otlp_status.h"

#include <protozero/pbf_writer.hpp>

#include "base/json.h"

namespace oc::stores {

namespace {
constexpr protozero::pbf_tag_type kCodeField = 1, kMessageField = 2;
}  // namespace

std::string rpc_status_protobuf(RpcCode code, std::string_view message) {
  std::string bytes;
  protozero::pbf_writer writer(bytes);
  writer.add_int32(kCodeField, static_cast<int>(code));
  writer.add_string(kMessageField, message.data(), message.size());
  return bytes;
}

std::string rpc_status_json(RpcCode code, std::string_view message) {
  const Json status = {{"code", static_cast<int>(code)}, {"message", message}};
  return status.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace oc::stores
