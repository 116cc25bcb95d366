// X-Loki-Response-Encoding-Flags: names with commas between them. Only "categorize-labels" means something; all of them
// are told back with streams.
#pragma once

#include <string>
#include <vector>

#include "base/http/message.h"

namespace oc::stores {

struct EncodingFlags {
  std::vector<std::string> names;  // each once
  bool categorize_labels() const;
};

EncodingFlags encoding_flags(const http::Request& request);
void append_encoding_flags(std::string& out, const EncodingFlags& flags);  // "encodingFlags":[…]

}  // namespace oc::stores
