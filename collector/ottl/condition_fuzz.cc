#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collector/ottl/condition.h"

// The first line is the condition, the rest the record's body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oc::collector;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.substr(0, text.find('\n'));
  const auto condition = Condition::compile(line, OttlContext::kLog);
  if (!condition) return 0;
  oc::Arena arena;
  LogRecord record;
  record.change(RecordRoot::kBody, arena) = Value::of(text.substr(line.size()));
  record.change(RecordRoot::kAttributes, arena) = Value::empty_map();
  record.change(RecordRoot::kResource, arena) = Value::empty_map();
  (void)condition->test(record, arena);
  return 0;
}
