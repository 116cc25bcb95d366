// The first bytes of a message as it goes out: start line, header fields, empty line (RFC 9112). Control bytes in what
// a caller put there become spaces, so that no value can start a header, or a message, of its own. Private to
// base/http.
#pragma once

#include <string>

#include "base/http/message.h"

namespace oc::http {

std::string response_head(const Response& response, bool keep_alive);
// Of an answer with a BodyStream: its end is its last chunk or, not chunked, the connection's.
std::string stream_head(const Response& response, bool chunked);
// 204 and 304 have no body, whatever the handler put there.
bool may_have_body(int status);

// `url` gives target and Host; `defaults` are sent unless the request has a field of that name.
std::string request_head(const Request& request, const Url& url, const Headers& defaults);
// The Host header of a URL: without the scheme's default port, IPv6 in brackets.
std::string host_field(const Url& url);

}  // namespace oc::http
