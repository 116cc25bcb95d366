#include "stores/ingest/otlp_mapping.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "base/ids.h"
#include "contracts/labels/labels.h"
#include "stores/ingest/pushed_names.h"

namespace oc::stores {

using contracts::otlp::AttributeView;
using contracts::otlp::DecodedLogRecord;
using contracts::otlp::DecodedScope;
using contracts::otlp::ValueView;
using query::LabelView;

namespace {

constexpr std::string_view kServiceNameLabel = "service_name";
// Loki's discover_service_name, as far as its names are stream labels of OTLP, in its order.
constexpr std::string_view kServiceNameSources[] = {"container_name", "k8s_container_name", "k8s_job_name"};

std::string_view value_of(const std::vector<LabelView>& pairs, std::string_view name) {
  const auto place = std::ranges::lower_bound(pairs, name, {}, &LabelView::first);
  return place != pairs.end() && place->first == name ? place->second : std::string_view();
}

std::string_view discovered_service_name(const std::vector<LabelView>& labels) {
  for (const auto source : kServiceNameSources)
    if (const auto value = value_of(labels, source); !value.empty()) return value;
  return contracts::kUnknownService;
}

std::uint64_t name_bit(std::string_view name) {
  if (name.empty()) return 1;
  return std::uint64_t{1} << ((name.size() * 7 + static_cast<unsigned char>(name.back())) % 64);
}

bool is_zero(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char byte) { return byte == 0; });
}

}  // namespace

bool OtlpMapping::Metadata::has(std::string_view name) const {
  return (name_bits & name_bit(name)) != 0 && std::ranges::binary_search(pairs, name, {}, &LabelView::first);
}

void OtlpMapping::Metadata::put(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  level.note(name, value);
  const auto bit = name_bit(name);
  if (stronger != nullptr && (stronger->name_bits & bit) != 0 && stronger->has(name)) return;
  auto place = pairs.end();
  if (!pairs.empty() && pairs.back().first >= name)
    place = std::ranges::lower_bound(pairs, name, {}, &LabelView::first);
  // Filled where it stays: the processor would wait for a pair on the stack.
  if (place == pairs.end() || place->first != name) place = pairs.insert(place, LabelView());
  place->first = name;
  place->second = value;
  name_bits |= bit;
}

void OtlpMapping::Metadata::clear() {
  pairs.clear();
  name_bits = 0;
  level = {};
}

// The attribute lies in the request or in what the batch keeps.
std::string_view OtlpMapping::label_name(std::string_view attribute) {
  if (is_metadata_name(attribute)) return attribute;
  const auto [at, is_new] = label_names_.try_emplace(attribute);
  if (is_new) at->second = batch_.keep(contracts::to_label_name(attribute));
  return at->second;
}

// Of the attribute at this place: mostly the record or resource before had the same one there.
const OtlpMapping::NamedAttribute& OtlpMapping::name_at(std::size_t place, std::string_view attribute,
                                                        std::vector<NamedAttribute>& names) {
  if (place >= names.size()) names.resize(place + 1);
  NamedAttribute& known = names[place];
  if (known.attribute != attribute || known.name.empty())
    known = {attribute, label_name(attribute), contracts::is_stream_label_attribute(attribute)};
  return known;
}

std::string_view OtlpMapping::number_text(std::int64_t number) {
  char digits[20];
  const auto written = std::to_chars(std::begin(digits), std::end(digits), number);
  return batch_.keep({digits, written.ptr});
}

std::string_view OtlpMapping::value_text(const ValueView& value) {
  if (value.type == ValueView::Type::kString) return value.bytes;
  if (value.type == ValueView::Type::kInt) return number_text(value.integer);
  return batch_.keep(contracts::otlp::to_text(value));
}

void OtlpMapping::put_attribute(Metadata& into, std::string_view name, const ValueView& value) {
  if (value.type != ValueView::Type::kMap) return into.put(name, value_text(value));
  for (const AttributeView& entry : contracts::otlp::map_entries(value))
    put_attribute(into, label_name(batch_.keep(fmt::format("{}_{}", name, entry.key))), entry.value);
}

Status OtlpMapping::resource(std::size_t index, std::span<const AttributeView> attributes) {
  resources_ = index + 1;
  labels_.clear();
  resource_metadata_.clear();
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const auto [_, name, is_stream_label] = name_at(i, attributes[i].key, resource_names_);
    put_attribute(is_stream_label ? labels_ : resource_metadata_, name, attributes[i].value);
  }
  if (!labels_.has(kServiceNameLabel)) labels_.put(kServiceNameLabel, discovered_service_name(labels_.pairs));
  stream_ = batch_.add_stream(labels_.pairs);
  return {};
}

Status OtlpMapping::scope(const DecodedScope& scope) {
  shared_ = resource_metadata_;
  for (const AttributeView& attribute : scope.attributes)
    put_attribute(shared_, label_name(attribute.key), attribute.value);
  shared_.put("scope_name", scope.name);
  shared_.put("scope_version", scope.version);
  if (scope.dropped_attributes_count != 0)
    shared_.put("scope_dropped_attributes_count", batch_.keep(std::to_string(scope.dropped_attributes_count)));
  if (shared_.has(kDetectedLevel))
    shared_.put(kDetectedLevel, normalized_level(value_of(shared_.pairs, kDetectedLevel)));
  batch_.shared_metadata.push_back(shared_.pairs);
  return {};
}

Status OtlpMapping::set_time(const DecodedLogRecord& record, AppendBatch::Row& row) const {
  const bool has_own = record.time_unix_nano != 0;
  const std::uint64_t time = has_own ? record.time_unix_nano : record.observed_time_unix_nano;
  if (time > static_cast<std::uint64_t>(std::numeric_limits<Nanos>::max())) {
    return permanent(
        fmt::format("{}: {} lies after the year 2262", has_own ? "time_unix_nano" : "observed_time_unix_nano", time),
        "send nanoseconds since 1970");
  }
  row.time_ns = time != 0 ? static_cast<Nanos>(time) : now_ns_;
  return {};
}

Status OtlpMapping::set_place(const DecodedLogRecord& record, AppendBatch::Row& row) const {
  if (batch_.files.empty()) return {};
  row.file = static_cast<std::uint32_t>(resources_ - 1);
  if (row.file >= batch_.files.size()) return {};  // finish() refuses the request
  const auto offset = std::ranges::find(record.attributes, contracts::kRecordOffsetAttribute, &AttributeView::key);
  if (offset == record.attributes.end() || offset->value.type != ValueView::Type::kInt || offset->value.integer < 0)
    return permanent(fmt::format("attributes: {} must be an integer when {} is sent", contracts::kRecordOffsetAttribute,
                                 contracts::kDeliveryHeader),
                     "set include_file_record_offset: true at the receiver");
  row.record_offset = static_cast<std::uint64_t>(offset->value.integer);
  const auto inside = [&](const auto& range) {
    return range.start <= row.record_offset && row.record_offset < range.end;
  };
  if (!std::ranges::any_of(batch_.files[row.file].ranges, inside))
    return permanent(fmt::format("attributes: {} {} lies outside the ranges that {} names",
                                 contracts::kRecordOffsetAttribute, row.record_offset, contracts::kDeliveryHeader));
  return {};
}

void OtlpMapping::put_fields(const DecodedLogRecord& record) {
  const auto put_number = [&](std::string_view name, std::int64_t number) {
    if (number != 0) own_.put(name, batch_.keep(std::to_string(number)));
  };
  // Without a time of its own the record's row has the observed one already.
  if (record.time_unix_nano != 0)
    put_number("observed_timestamp", static_cast<std::int64_t>(record.observed_time_unix_nano));
  if (record.severity_number != 0) own_.put("severity_number", batch_.keep(std::to_string(record.severity_number)));
  own_.put("severity_text", record.severity_text);
  put_number("dropped_attributes_count", record.dropped_attributes_count);
  put_number("flags", record.flags);
  if (!is_zero(record.trace_id)) own_.put("trace_id", batch_.keep(to_hex(record.trace_id)));
  if (!is_zero(record.span_id)) own_.put("span_id", batch_.keep(to_hex(record.span_id)));
  own_.put("event_name", record.event_name);
}

void OtlpMapping::put_level(std::string_view line) {
  if (shared_.has(kDetectedLevel)) return;
  if (own_.has(kDetectedLevel)) {
    own_.put(kDetectedLevel, normalized_level(value_of(own_.pairs, kDetectedLevel)));
    return;
  }
  auto hints = own_.level;
  hints.note(shared_.level);
  own_.put(kDetectedLevel, hints.level_or(line));
}

Status OtlpMapping::record(const DecodedLogRecord& record) {
  AppendBatch::Row& row = batch_.rows.emplace_back();
  row.stream = stream_;
  row.shared = static_cast<std::uint32_t>(batch_.shared_metadata.size() - 1);
  OC_TRY(set_time(record, row));
  OC_TRY(set_place(record, row));
  row.line = value_text(record.body);
  own_.clear();
  for (std::size_t i = 0; i < record.attributes.size(); ++i)
    put_attribute(own_, name_at(i, record.attributes[i].key, record_names_).name, record.attributes[i].value);
  put_fields(record);
  put_level(row.line);
  row.own_begin = static_cast<std::uint32_t>(batch_.own_metadata.size());
  batch_.own_metadata.insert(batch_.own_metadata.end(), own_.pairs.begin(), own_.pairs.end());
  row.own_end = static_cast<std::uint32_t>(batch_.own_metadata.size());
  return {};
}

Status OtlpMapping::finish() const {
  if (batch_.files.empty() || batch_.files.size() == resources_) return {};
  return permanent(fmt::format("{} describes {} files, but resource_logs has {} entries", contracts::kDeliveryHeader,
                               batch_.files.size(), resources_));
}

}  // namespace oc::stores
