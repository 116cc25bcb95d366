#include "collector/operators/parser_keys.h"

#include <fmt/format.h>

namespace oc::collector {

namespace {

// A block with keys of its own. Its errors are told the parser's reader.
template <typename Block>
std::optional<Block> read_block(ConfigReader& reader, std::string_view key) {
  const auto* value = reader.child(key);
  if (!value) return std::nullopt;
  ConfigReader inner(*value, reader.owner() + ": " + std::string(key));
  auto block = Block::parse(inner);
  if (auto finished = inner.finish(); !finished) reader.fail_with(finished.error());
  return block;
}

Result<FieldPath> parse_field(const std::string& text, Roots roots) {
  OC_TRY_ASSIGN(auto path, FieldPath::parse(text));
  if (roots == Roots::kRefused && path.is_root() && path.root() != RecordRoot::kBody)
    return permanent(fmt::format("{} cannot be referenced without subfield", text),
                     fmt::format("name one of its fields, such as {}.name", text));
  return path;
}

}  // namespace

std::optional<FieldPath> read_field(ConfigReader& reader, std::string_view key, Roots roots) {
  std::string text;
  reader.text(key, text);
  if (text.empty()) return std::nullopt;
  auto path = parse_field(text, roots);
  if (path) return std::move(*path);
  reader.fail(key, fmt::format("'{}': {}", key, path.error().message), path.error().next_step);
  return std::nullopt;
}

std::vector<FieldPath> read_fields(ConfigReader& reader, std::string_view key) {
  std::vector<std::string> texts;
  std::vector<FieldPath> fields;
  reader.text_list(key, texts);
  for (const auto& text : texts) {
    auto field = parse_field(text, Roots::kRefused);
    if (field)
      fields.push_back(std::move(*field));
    else
      reader.fail(key, fmt::format("'{}': {}", key, field.error().message), field.error().next_step);
  }
  return fields;
}

std::optional<FieldPath> read_required_field(ConfigReader& reader, std::string_view key, Roots roots) {
  auto field = read_field(reader, key, roots);
  if (!field) reader.fail(key, fmt::format("'{}' is missing", key));  // unless there is an error already
  return field;
}

std::optional<Expression> read_condition(ConfigReader& reader, std::string_view key) {
  std::string text;
  reader.text(key, text);
  if (text.empty()) return std::nullopt;
  auto condition = Expression::compile_condition(text);
  if (condition) return std::move(*condition);
  reader.fail(key, fmt::format("'{}': {}", key, condition.error().message), condition.error().next_step);
  return std::nullopt;
}

ParserKeys ParserKeys::read(ConfigReader& reader) {
  ParserKeys keys;
  if (auto from = read_field(reader, "parse_from")) keys.from_ = std::move(*from);
  if (auto to = read_field(reader, "parse_to", Roots::kAllowed)) keys.to_ = std::move(*to);
  keys.body_ = read_field(reader, "body");
  if (keys.body_ && keys.to_.is_root() && keys.to_.root() == RecordRoot::kBody)
    reader.fail("body", "'parse_to: body' is not allowed when 'body' is configured");
  keys.timestamp_ = read_block<TimestampParser>(reader, "timestamp");
  keys.severity_ = read_block<SeverityParser>(reader, "severity");
  keys.trace_ = read_block<TraceParser>(reader, "trace");
  keys.scope_name_ = read_block<ScopeNameParser>(reader, "scope_name");
  (void)reader.child("preserve_to");  // in older configs; the official collector knows it no more and ignores it
  return keys;
}

Result<std::string_view> ParserKeys::source(const LogRecord& record) const {
  const Value* value = from_.get(record);
  if (!value) return permanent("parse_from is not there");
  if (!value->is_string()) return permanent("parse_from is not a text");
  return value->text();
}

Status ParserKeys::put(LogRecord& record, Value parsed, Arena& arena) const {
  if (parsed.is_map())
    to_.merge(record, parsed, arena);
  else if (!to_.set(record, parsed, arena))
    return permanent("attributes and resource can only be set to a map", "set parse_to, such as attributes.list");
  if (body_)
    if (const Value* body = body_->get(record))
      FieldPath::of(RecordRoot::kBody).set(record, contracts::otlp::clone(*body, arena), arena);
  const Status time = timestamp_ ? timestamp_->apply(record) : Status();
  const Status severity = severity_ ? severity_->apply(record, arena) : Status();
  const Status trace = trace_ ? trace_->apply(record, arena) : Status();
  const Status scope = scope_name_ ? scope_name_->apply(record) : Status();
  for (const auto* outcome : {&time, &severity, &trace})
    if (!*outcome) return *outcome;
  return scope;
}

}  // namespace oc::collector
