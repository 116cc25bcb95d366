#include "collector/receivers/journald/journal_entry.h"

#include "base/utf8.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

// Numbers are what a decoder of journalctl's JSON makes of them.
otlp::Value list_of_bytes(std::string_view bytes, Arena& arena) {
  auto list = otlp::Value::empty_list();
  for (const char byte : bytes)
    list.push_back(otlp::Value::of(static_cast<double>(static_cast<unsigned char>(byte))), arena);
  return list;
}

otlp::Value value_of(std::string_view name, std::string_view bytes, bool convert_message_bytes, Arena& arena) {
  if (is_utf8(bytes)) return otlp::Value::of(arena.copy(bytes));
  if (convert_message_bytes && name == "MESSAGE") return otlp::Value::of(arena.copy(otlp::to_valid_utf8(bytes)));
  return list_of_bytes(bytes, arena);
}

// A field may stand in an entry several times: its values are a list then.
void add_field(otlp::Value& body, std::string_view name, otlp::Value value, Arena& arena) {
  auto* known = body.find(name);
  if (known == nullptr) {
    body.append(arena.copy(name), value, arena);
  } else {
    if (!known->is_list()) {
      const auto first = *known;
      *known = otlp::Value::empty_list();
      known->push_back(first, arena);
    }
    known->push_back(value, arena);
  }
}

}  // namespace

otlp::LogFields entry_fields(const Journal& journal, const std::string& cursor, const otlp::Value& attributes,
                             bool convert_message_bytes, Arena& arena) {
  otlp::LogFields fields;
  fields.body = otlp::Value::empty_map();
  fields.body.append("__CURSOR", otlp::Value::of(arena.copy(cursor)), arena);
  fields.body.append("__MONOTONIC_TIMESTAMP", otlp::Value::of(arena.copy(std::to_string(journal.monotonic_us()))),
                     arena);
  fields.body.append("_BOOT_ID", otlp::Value::of(arena.copy(journal.boot_id())), arena);
  journal.for_each_field([&](std::string_view name, std::string_view bytes) {
    if (name != "_BOOT_ID") add_field(fields.body, name, value_of(name, bytes, convert_message_bytes, arena), arena);
  });
  fields.attributes = attributes;
  fields.time_ns = journal.realtime_ns();
  return fields;
}

}  // namespace oc::collector
