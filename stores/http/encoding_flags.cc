#include "stores/http/encoding_flags.h"

#include <algorithm>
#include <ranges>

#include "stores/http/loki_json.h"

namespace oc::stores {

namespace {

bool has(const EncodingFlags& flags, std::string_view name) {
  return std::ranges::find(flags.names, name) != flags.names.end();
}

}  // namespace

bool EncodingFlags::categorize_labels() const { return has(*this, "categorize-labels"); }

EncodingFlags encoding_flags(const http::Request& request) {
  EncodingFlags flags;
  const auto header = request.headers.get("X-Loki-Response-Encoding-Flags").value_or("");
  for (const auto piece : std::views::split(header, ',')) {
    std::string name(piece.begin(), piece.end());
    if (!has(flags, name)) flags.names.push_back(std::move(name));
  }
  return flags;
}

void append_encoding_flags(std::string& out, const EncodingFlags& flags) {
  out += "\"encodingFlags\":[";
  for (const auto& name : flags.names) {
    if (out.back() != '[') out += ',';
    append_json_string(out, name);
  }
  out += ']';
}

}  // namespace oc::stores
