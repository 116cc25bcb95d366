#include <cstddef>
#include <cstdint>

#include <re2/re2.h>

#include "agent/log_format/infer_output.h"
#include "agent/log_format/inference.h"

// Whatever the bytes, a report says something, its pattern compiles, and facts come line by line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto report = oc::agent::infer(bytes, "fuzz.log");
  if (report.shape.empty() || report.reason.empty()) __builtin_trap();
  if (!RE2(report.record_start).ok()) __builtin_trap();
  const auto facts = oc::agent::read_lines(report, bytes);
  if (facts.time.size() != facts.record_start.size()) __builtin_trap();
  (void)oc::agent::to_json_with_lines(report, bytes).dump(-1, ' ', false, oc::Json::error_handler_t::replace);
  return 0;
}
