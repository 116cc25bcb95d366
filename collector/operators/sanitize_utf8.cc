#include "base/utf8.h"
#include "collector/operators/parser_keys.h"
#include "collector/operators/text_operators.h"

namespace oc::collector {

namespace {

struct SanitizeUtf8 final : Operator {
  FieldPath field = FieldPath::of(RecordRoot::kBody);

  // What else is in the record has been made valid before, each invalid byte for itself.
  Result<Fate> process(LogRecord& record, Arena& arena) const override {
    const auto bytes = record.invalid_line();
    if (!bytes.empty() && field.is_root() && field.root() == RecordRoot::kBody)
      field.set(record, Value::of(arena.copy(with_runs_replaced(bytes))), arena);
    return Fate::kGoesOn;
  }
};

}  // namespace

std::string with_runs_replaced(std::string_view bytes) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string out;
  for (bool in_run = false; !bytes.empty();) {
    const auto length = utf8_length(bytes);
    if (length > 0)
      out += bytes.substr(0, length);
    else if (!in_run)
      out += kReplacement;
    in_run = length == 0;
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::shared_ptr<const Operator> parse_sanitize_utf8(ConfigReader& reader) {
  auto made = std::make_shared<SanitizeUtf8>();
  if (auto field = read_field(reader, "field")) made->field = std::move(*field);
  return made;
}

}  // namespace oc::collector
