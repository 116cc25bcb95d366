#include "collector/receivers/receiver_fields.h"

#include <fmt/format.h>

namespace oc::collector {

void ReceiverFields::take(ConfigReader& reader, std::string_view key, RecordRoot root,
                          std::map<std::string, std::string>& values) {
  for (auto at = values.begin(); at != values.end();) {
    if (!at->second.contains("EXPR(")) {
      ++at;
      continue;
    }
    auto text = ExpressionTemplate::compile(at->second);
    if (text)
      fields_.push_back({root, at->first, std::move(*text)});
    else
      reader.fail(key, fmt::format("'{}.{}': {}", key, at->first, text.error().message), text.error().next_step);
    at = values.erase(at);
  }
}

Result<Fate> ReceiverFields::process(LogRecord& record, Arena& arena) const {
  Status failed;
  for (const auto& field : fields_) {
    const auto text = field.text.text_for(record, arena);
    if (text)
      record.change(field.root, arena).set(field.key, Value::of(*text), arena);
    else if (failed)
      failed = in_context(text.error(), field.key);
  }
  if (!failed) return std::unexpected(failed.error());
  return Fate::kGoesOn;
}

}  // namespace oc::collector
