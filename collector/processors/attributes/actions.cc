#include "collector/processors/attributes/actions.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "collector/processors/attributes/convert.h"
#include "collector/record/config_literal.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

constexpr int kMostGroups = 50;  // they lie on the stack

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  return text;
}

}  // namespace

std::shared_ptr<const AttributeActions> AttributeActions::parse(ConfigReader& reader, std::string_view key) {
  auto made = std::make_shared<AttributeActions>();
  const auto* list = reader.child(key);
  if (!list || list->kind != ConfigValue::Kind::kList || list->items.empty()) {
    reader.fail(key, fmt::format("'{}' must be a list of actions", key));
    return made;
  }
  for (const auto& item : list->items) made->read(reader, item);
  return made;
}

namespace {

// "metadata.KEY", or KEY alone: of the request, where its receiver keeps that (include_metadata).
void read_context(ConfigReader& keys, std::string& from_metadata) {
  constexpr std::string_view kPrefix = "metadata.";
  std::string context;
  keys.text("from_context", context);
  if (context.starts_with("auth.") || context.starts_with("client."))
    keys.fail("from_context", fmt::format("'from_context: {}' is not supported yet", context), "use metadata.KEY");
  from_metadata = lower(context.starts_with(kPrefix) ? context.substr(kPrefix.size()) : context);
}

}  // namespace

void AttributeActions::read(ConfigReader& reader, const ConfigValue& value) {
  ConfigReader keys(value, reader.owner());
  Action action;
  std::string name;
  keys.text("key", action.key);
  keys.text("action", name);
  keys.text("from_attribute", action.from_attribute);
  keys.text("converted_type", action.converted_type);
  const auto* literal_value = keys.child("value");
  if (const auto* fallback = keys.child("default_value"); fallback && !literal_value) literal_value = fallback;
  action.has_value = literal_value != nullptr;
  const int sources =
      (keys.child("value") ? 1 : 0) + (keys.child("from_attribute") ? 1 : 0) + (keys.child("from_context") ? 1 : 0);
  if (literal_value) action.value = literal(*literal_value, constants_);
  std::string pattern;
  keys.text("pattern", pattern);
  if (!pattern.empty()) {
    auto regex = compile_regex(pattern);
    if (regex) {
      action.pattern = std::move(*regex);
    } else {
      keys.fail("pattern", regex.error().message);
    }
  }
  read_context(keys, action.from_metadata);
  read_what(keys, action, name);
  refuse_unused(keys, action, sources);
  if (auto finished = keys.finish(); !finished) return reader.fail_with(finished.error());
  actions_.push_back(std::move(action));
}

void AttributeActions::read_what(ConfigReader& keys, Action& action, const std::string& name) {
  constexpr std::pair<std::string_view, Kind> kKinds[] = {
      {"insert", Kind::kInsert}, {"update", Kind::kUpdate},   {"upsert", Kind::kUpsert},  {"delete", Kind::kDelete},
      {"hash", Kind::kHash},     {"extract", Kind::kExtract}, {"convert", Kind::kConvert}};
  const auto found = std::ranges::find(kKinds, lower(name), &std::pair<std::string_view, Kind>::first);
  if (found == std::end(kKinds))
    return keys.fail("action", fmt::format("'action' must be insert, update, upsert, delete, hash, extract or convert, "
                                           "not '{}'",
                                           name));
  action.kind = found->second;
  const bool by_pattern = (action.kind == Kind::kDelete || action.kind == Kind::kHash) && action.pattern;
  if (action.key.empty() && !by_pattern) keys.fail("key", "'key' is missing");
  const bool puts = action.kind == Kind::kInsert || action.kind == Kind::kUpdate || action.kind == Kind::kUpsert;
  if (puts && !action.has_value && action.from_attribute.empty() && action.from_metadata.empty())
    keys.fail("value", fmt::format("'value', 'from_attribute' or 'from_context' is missing for '{}'", name));
  if (action.kind == Kind::kExtract && !action.pattern) keys.fail("pattern", "'pattern' is missing for 'extract'");
  if (action.kind == Kind::kExtract && action.pattern &&
      (action.pattern->NamedCapturingGroups().empty() || action.pattern->NumberOfCapturingGroups() >= kMostGroups))
    keys.fail("pattern", "'pattern' must have named groups, fewer than 50");
  const auto& type = action.converted_type;
  if (action.kind == Kind::kConvert && type != "int" && type != "double" && type != "string")
    keys.fail("converted_type", fmt::format("'converted_type' must be int, double or string, not '{}'", type));
}

// Keys that an action does not use are mistakes.
void AttributeActions::refuse_unused(ConfigReader& keys, const Action& action, int sources) {
  const bool puts = action.kind == Kind::kInsert || action.kind == Kind::kUpdate || action.kind == Kind::kUpsert;
  if (puts && sources > 1) keys.fail("action", "only one of 'value', 'from_attribute' and 'from_context' can be used");
  if (!puts && sources > 0)
    keys.fail("action", "only insert, update and upsert use 'value', 'from_attribute' and 'from_context'");
  if (action.kind != Kind::kConvert && !action.converted_type.empty())
    keys.fail("converted_type", "only convert uses 'converted_type'");
  if ((puts || action.kind == Kind::kConvert) && action.pattern)
    keys.fail("pattern", "only extract, delete and hash use 'pattern'");
}

void AttributeActions::apply(LogRecord& record, RecordRoot root, Arena& arena, const Metadata& metadata) const {
  for (const auto& action : actions_) {
    switch (action.kind) {
      case Kind::kInsert:
      case Kind::kUpdate:
      case Kind::kUpsert:
        put(action, record, root, arena, metadata);
        break;
      case Kind::kDelete:
        remove(action, record, root, arena);
        break;
      case Kind::kExtract:
        extract(action, record, root, arena);
        break;
      case Kind::kHash:
      case Kind::kConvert:
        change(action, record, root, arena);
        break;
    }
  }
}

// What it is taken from, else its value.
std::optional<Value> AttributeActions::value_of(const Action& action, const Value& map, const Metadata& metadata,
                                                Arena& arena) {
  if (!action.from_attribute.empty())
    if (const Value* from = map.find(action.from_attribute)) return *from;
  if (const auto from = metadata.find(action.from_metadata); from != metadata.end())
    return Value::of(arena.copy(from->second));
  return action.has_value ? std::optional(action.value) : std::nullopt;
}

void AttributeActions::put(const Action& action, LogRecord& record, RecordRoot root, Arena& arena,
                           const Metadata& metadata) {
  const bool there = record.root(root).find(action.key) != nullptr;
  if (there ? action.kind == Kind::kInsert : action.kind == Kind::kUpdate) return;
  const auto value = value_of(action, record.root(root), metadata, arena);
  if (!value) return;
  const Value copy = otlp::clone(*value, arena);
  record.change(root, arena).set(action.key, copy, arena);
}

void AttributeActions::remove(const Action& action, LogRecord& record, RecordRoot root, Arena& arena) {
  if (!action.key.empty() && record.root(root).find(action.key)) record.change(root, arena).erase(action.key);
  if (!action.pattern) return;
  std::vector<std::string_view> matching;
  for (const auto& field : record.root(root).fields())
    if (re2::RE2::PartialMatch(piece(field.key), *action.pattern)) matching.push_back(field.key);
  for (const auto key : matching) record.change(root, arena).erase(key);
}

void AttributeActions::extract(const Action& action, LogRecord& record, RecordRoot root, Arena& arena) {
  const Value* from = record.root(root).find(action.key);
  if (!from || !from->is_string()) return;
  const Value source = *from;
  std::array<re2::StringPiece, kMostGroups> found;
  const int groups = action.pattern->NumberOfCapturingGroups() + 1;
  if (!action.pattern->Match(piece(source.text()), 0, source.size, re2::RE2::UNANCHORED, found.data(), groups)) return;
  for (const auto& [number, name] : action.pattern->CapturingGroupNames())
    record.change(root, arena).set(name, Value::of(view(found[static_cast<std::size_t>(number)])), arena);
}

void AttributeActions::change(const Action& action, LogRecord& record, RecordRoot root, Arena& arena) {
  const auto wanted = [&](std::string_view key) {
    return key == action.key ||
           (action.kind == Kind::kHash && action.pattern && re2::RE2::PartialMatch(piece(key), *action.pattern));
  };
  if (std::ranges::none_of(record.root(root).fields(), wanted, &otlp::Field::key)) return;
  for (auto& field : record.change(root, arena).fields()) {
    if (!wanted(field.key)) continue;
    field.value =
        action.kind == Kind::kHash ? hashed(field.value, arena) : converted(field.value, action.converted_type, arena);
  }
}

}  // namespace oc::collector
