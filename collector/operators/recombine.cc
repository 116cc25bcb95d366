#include "collector/operators/recombine.h"

#include <limits>

#include <fmt/format.h>

#include "collector/operators/parser_keys.h"

namespace oc::collector {

namespace {

constexpr std::string_view kDefaultSource = "attributes[\"log.file.path\"]";

void read_count(ConfigReader& reader, std::string_view key, std::size_t& count) {
  auto number = static_cast<std::int64_t>(count);
  reader.integer(key, number, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max());
  count = number <= 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(number);  // 0: no limit
}

}  // namespace

std::shared_ptr<const Operator> Recombine::parse(ConfigReader& reader) {
  auto made = std::make_shared<Recombine>();
  made->rules_.separator = "\n";
  made->field_ = read_field(reader, "combine_field");
  if (!made->field_) reader.fail("combine_field", "'combine_field' is missing");
  reader.text("combine_with", made->rules_.separator);
  made->source_ = read_field(reader, "source_identifier");
  if (!made->source_) made->source_ = *FieldPath::parse(kDefaultSource);
  made->read_ends(reader);
  made->read_limits(reader);
  return made;
}

void Recombine::read_ends(ConfigReader& reader) {
  first_ = read_condition(reader, "is_first_entry");
  last_ = read_condition(reader, "is_last_entry");
  const bool both = reader.child("is_first_entry") && reader.child("is_last_entry");
  const bool none = !reader.child("is_first_entry") && !reader.child("is_last_entry");
  if (both) reader.fail("is_last_entry", "only one of is_first_entry and is_last_entry can be set");
  if (none) reader.fail("is_first_entry", "one of is_first_entry and is_last_entry must be set");
}

void Recombine::read_limits(ConfigReader& reader) {
  std::string overwrite = "oldest";
  reader.text("overwrite_with", overwrite);
  if (overwrite != "oldest" && overwrite != "newest" && !overwrite.empty())
    reader.fail("overwrite_with", fmt::format("'overwrite_with' must be oldest or newest, not '{}'", overwrite));
  rules_.newest_counts = overwrite == "newest";
  read_count(reader, "max_batch_size", rules_.most_records);
  read_count(reader, "max_unmatched_batch_size", rules_.most_unbegun_records);
  read_count(reader, "max_sources", rules_.most_groups);
  if (rules_.most_groups == std::numeric_limits<std::size_t>::max()) rules_.most_groups = 1;  // 0: none beside another
  std::uint64_t most_bytes = 0;
  reader.byte_size("max_log_size", most_bytes);
  rules_.most_bytes = most_bytes;
  reader.duration("force_flush_period", rules_.flush_after);
  if (rules_.flush_after <= Duration(0)) reader.fail("force_flush_period", "'force_flush_period' must be above 0");
}

Result<Placement> Recombine::place(LogRecord& record, Arena& arena) const {
  const Value* field = field_->get(record);
  if (!field) return permanent("combine_field is not there");
  if (!field->is_string()) return permanent("combine_field is not a text");
  OC_TRY_ASSIGN(const bool is_end, (first_ ? *first_ : *last_).test(record, arena));
  const Value* source = source_->get(record);
  return Placement{.text = field->text(),
                   .group = source && source->is_string() ? source->text() : std::string_view(),
                   .begins = first_ && is_end,
                   .ends = last_ && is_end};
}

Status Recombine::finish(LogRecord& record, std::string_view joined, Arena& arena) const {
  if (!field_->set(record, contracts::otlp::Value::of(joined), arena))
    return permanent("attributes and resource can only be set to a map");
  return {};
}

}  // namespace oc::collector
