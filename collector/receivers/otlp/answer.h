// What the `otlp` receiver answers: the official receiver's bodies (a google.rpc.Status for errors), in the encoding of
// the request.
#pragma once

#include <string>
#include <string_view>

#include "base/http/message.h"

namespace oc::collector {

enum class OtlpEncoding { kProtobuf, kJson };

// Codes of google.rpc.Code.
inline constexpr int kInvalidArgument = 3, kUnavailable = 14;

http::Response accepted_answer(OtlpEncoding encoding);
http::Response error_answer(OtlpEncoding encoding, int status, int code, const std::string& message);
// Not taken now: the client may try again, the same, after a second.
http::Response busy_answer(OtlpEncoding encoding, const std::string& message);
// Of a request that is neither protobuf nor JSON, goes nowhere, or has another method.
http::Response plain_answer(int status, std::string text, std::string content_type = "text/plain");

}  // namespace oc::collector
