#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/discovery/log_path_hints.h"
#include "agent/discovery/process/process_logs.h"

// What is understood is written and understood again. The same bytes as a variable of an environment: it names an
// absolute path, or nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oc::agent;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto logs = decode_process_logs(text);
  if (logs && !decode_process_logs(encode_process_logs(*logs))) std::abort();
  const auto pattern = log_pattern_of_variable(text);
  if (pattern && (!pattern->starts_with('/') || pattern->find("/../") != std::string::npos)) std::abort();
  return 0;
}
