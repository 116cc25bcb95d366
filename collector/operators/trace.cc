#include "collector/operators/trace.h"

#include <algorithm>

#include <fmt/format.h>

#include "collector/expr/functions.h"
#include "collector/operators/parser_keys.h"

namespace oc::collector {

namespace {

constexpr std::size_t kTraceIdBytes = 16, kSpanIdBytes = 8;

FieldPath read_id_field(ConfigReader& reader, std::string_view key) {
  auto path = *FieldPath::parse(fmt::format("body.{}", key));
  const auto* value = reader.child(key);
  if (!value) return path;
  ConfigReader inner(*value, reader.owner() + ": " + std::string(key));
  if (auto from = read_field(inner, "parse_from")) path = std::move(*from);
  if (auto finished = inner.finish(); !finished) reader.fail_with(finished.error());
  return path;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The bytes that the digits of a field stand for; an empty view: there is no field. More than `most` are left out, what
// is missing are zeros.
Result<std::string_view> bytes_of(const FieldPath& from, const LogRecord& record, std::size_t most, Arena& arena) {
  const Value* value = from.get(record);
  if (!value) return std::string_view();
  const auto digits = value->is_string() ? value->text() : arena.copy(expr::go_text(*value));
  if (digits.empty()) return std::string_view();
  if (digits.size() % 2 != 0 || !std::ranges::all_of(digits, [](char c) { return digit_of(c) >= 0; }))
    return permanent(fmt::format("'{}' is not hexadecimal", digits.substr(0, 64)));
  char* bytes = arena.array<char>(most);
  std::fill_n(bytes, most, '\0');
  for (std::size_t i = 0; i < std::min(most, digits.size() / 2); ++i)
    bytes[i] = static_cast<char>(digit_of(digits[2 * i]) * 16 + digit_of(digits[2 * i + 1]));
  return std::string_view(bytes, most);
}

// An id of zeros is none (W3C Trace Context, section 3.2.2.3).
bool is_id(const Result<std::string_view>& bytes) {
  return bytes && std::ranges::any_of(*bytes, [](char c) { return c != '\0'; });
}

struct TraceOperator final : Operator {
  std::optional<TraceParser> block;
  Result<Fate> process(LogRecord& record, Arena& arena) const override {
    OC_TRY(block->apply(record, arena));
    return Fate::kGoesOn;
  }
};

struct ScopeNameOperator final : Operator {
  std::optional<ScopeNameParser> block;
  Result<Fate> process(LogRecord& record, Arena&) const override {
    OC_TRY(block->apply(record));
    return Fate::kGoesOn;
  }
};

}  // namespace

std::optional<TraceParser> TraceParser::parse(ConfigReader& reader) {
  TraceParser made;
  made.trace_id_ = read_id_field(reader, "trace_id");
  made.span_id_ = read_id_field(reader, "span_id");
  made.flags_ = read_id_field(reader, "trace_flags");
  return made;
}

Status TraceParser::apply(LogRecord& record, Arena& arena) const {
  const auto trace_id = bytes_of(trace_id_, record, kTraceIdBytes, arena);
  const auto span_id = bytes_of(span_id_, record, kSpanIdBytes, arena);
  const auto flags = bytes_of(flags_, record, 1, arena);
  if (is_id(trace_id) || is_id(span_id) || (flags && !flags->empty())) {
    auto& context = record.change_context(arena);
    if (is_id(trace_id)) context.trace_id = *trace_id;
    if (is_id(span_id)) context.span_id = *span_id;
    if (flags && !flags->empty()) context.flags = static_cast<unsigned char>((*flags)[0]);
  }
  if (!trace_id) return in_context(trace_id.error(), "trace_id");
  if (!span_id) return in_context(span_id.error(), "span_id");
  if (!flags) return in_context(flags.error(), "trace_flags");
  return {};
}

std::optional<ScopeNameParser> ScopeNameParser::parse(ConfigReader& reader) {
  auto from = read_required_field(reader, "parse_from");
  if (!from) return std::nullopt;
  return ScopeNameParser(std::move(*from));
}

Status ScopeNameParser::apply(LogRecord& record) const {
  const Value* value = from_.get(record);
  if (!value || !value->is_string()) return permanent("the scope name's parse_from is not a text");
  record.set_scope_name(value->text());
  return {};
}

std::shared_ptr<const Operator> parse_trace_parser(ConfigReader& reader) {
  auto made = std::make_shared<TraceOperator>();
  made->block = TraceParser::parse(reader);
  return made;
}

std::shared_ptr<const Operator> parse_scope_name_parser(ConfigReader& reader) {
  auto made = std::make_shared<ScopeNameOperator>();
  made->block = ScopeNameParser::parse(reader);
  return made;
}

}  // namespace oc::collector
