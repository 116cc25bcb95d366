// google.rpc.Status, the body of OTLP's error answers (opentelemetry-proto, OTLP/HTTP, "Failures").
#pragma once

#include <string>
#include <string_view>

namespace oc::stores {

enum class RpcCode { kInvalidArgument = 3, kUnavailable = 14 };  // google.rpc.Code

std::string rpc_status_protobuf(RpcCode code, std::string_view message);
std::string rpc_status_json(RpcCode code, std::string_view message);

}  // namespace oc::stores
