#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/http/message.h"
#include "base/http/query_string.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (oc::http::percent_decode(oc::http::percent_encode(text), false) != text) std::abort();
  if (oc::http::percent_decode(text, true).size() > size) std::abort();
  oc::http::for_each_parameter(text, [](std::string_view, std::string) {});
  if (const auto url = oc::http::Url::parse(text); url && (url->host.empty() || !url->target.starts_with('/')))
    std::abort();
  return 0;
}
