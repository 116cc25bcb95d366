// The server's own refusals as Loki's clients know them.
#pragma once

#include "base/http/message.h"

namespace oc::stores {

// For http::Server::Options::reword.
http::Response as_loki_refuses(const http::Request& request, http::Response refusal);

}  // namespace oc::stores
