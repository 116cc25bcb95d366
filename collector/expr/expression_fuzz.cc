#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collector/expr/expression.h"

// The first line is the expression, the rest the record's body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oc::collector;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.substr(0, text.find('\n'));
  const auto expression = Expression::compile(line);
  if (!expression) return 0;
  oc::Arena arena;
  LogRecord record;
  record.change(RecordRoot::kBody, arena) = Value::of(text.substr(line.size()));
  record.change(RecordRoot::kAttributes, arena) = Value::empty_map();
  record.change(RecordRoot::kResource, arena) = Value::empty_map();
  (void)expression->evaluate(record, arena);
  return 0;
}
