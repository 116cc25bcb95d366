#include "stores/http/detected_fields.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "query/logql/engine.h"
#include "query/logql/limits.h"
#include "query/logql/parser.h"
#include "stores/http/field_types.h"
#include "stores/http/line_fields.h"
#include "stores/http/loki_json.h"
#include "stores/http/loki_parameters.h"

namespace oc::stores {

namespace {

constexpr std::size_t kDefaultFields = 1000, kMostFields = 5000;
constexpr Nanos kFinestFieldStep = 1'000'000;  // Loki's finest step here

struct FieldQuery {
  std::vector<query::LogEntry> entries;  // the newest first
  std::size_t limit = kDefaultFields;    // of fields, or of values; the answer repeats it
};

struct DetectedField {
  std::string_view type = "string";  // of the last value that was seen, as Loki has it
  std::set<std::string, std::less<>> values;
  std::set<std::string_view> parsers;  // none: structured metadata
  std::vector<std::string> json_path;
};

Result<FieldQuery> run_field_query(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  FieldQuery result;
  OC_TRY_ASSIGN(const auto bounds, time_bounds(request, now_ns));
  OC_TRY(end_behind_start(bounds));
  query::RangeQuery query{.query = request.parameter("query").value_or(""), .interruption = interruption_of(request)};
  query.start_ns = bounds.start_ns;
  query.end_ns = bounds.end_ns;
  OC_TRY_ASSIGN(query.limit, limit_parameter(request, "line_limit"));
  const auto* name = request.parameter("limit").value_or("").empty() ? "field_limit" : "limit";
  OC_TRY_ASSIGN(result.limit, limit_parameter(request, name, kDefaultFields));
  OC_TRY_ASSIGN(query.step_ns, few_steps(request, bounds, kFinestFieldStep));
  OC_TRY(query::parse_log_query(query.query));  // a metric query has no lines to look at
  OC_TRY_ASSIGN(auto found, query::run_range_query(reader, query));
  result.entries = std::move(std::get<query::LogEntries>(found.data).entries);
  // Loki walks stream by stream.
  std::ranges::stable_sort(result.entries, {}, [](const query::LogEntry& entry) { return entry.labels.stream; });
  return result;
}

// By name; at most `limit`.
class FieldCollection {
 public:
  explicit FieldCollection(std::size_t limit) : limit_(limit) {}

  void add(const query::LogEntry& entry) {
    for (const auto& [name, value] : entry.labels.metadata) put(name, value);
    const auto line = reader_.read(entry);
    for (const auto& [name, value, by_query] : line.fields) {
      auto* field = put(name, value);
      if (field == nullptr || line.parser.empty()) continue;
      field->parsers.insert(line.parser);
      if (line.parser == "json" && !by_query && field->json_path.empty())
        field->json_path = json_path_of(entry.line, name);
    }
  }

  const std::map<std::string, DetectedField, std::less<>>& fields() const { return fields_; }

 private:
  DetectedField* put(const std::string& name, const std::string& value) {
    auto found = fields_.find(name);
    if (found == fields_.end()) {
      if (fields_.size() >= limit_) return nullptr;
      found = fields_.emplace(name, DetectedField{}).first;
    }
    found->second.type = field_type(value);
    found->second.values.insert(value);
    return &found->second;
  }

  const std::size_t limit_;
  LineFieldReader reader_;
  std::map<std::string, DetectedField, std::less<>> fields_;
};

template <typename Texts>
void append_json_list(std::string& out, const Texts& texts) {
  out += '[';
  for (const auto& text : texts) {
    if (out.back() != '[') out += ',';
    append_json_string(out, text);
  }
  out += ']';
}

void append_field(std::string& out, const std::string& name, const DetectedField& field) {
  out += "{\"label\":";
  append_json_string(out, name);
  out += fmt::format(R"(,"type":"{}","cardinality":{},"parsers":)", field.type, field.values.size());
  if (field.parsers.empty()) {
    out += "null";
  } else {
    append_json_list(out, field.parsers);
  }
  if (!field.json_path.empty()) {
    out += ",\"jsonPath\":";
    append_json_list(out, field.json_path);
  }
  out += '}';
}

}  // namespace

Result<std::string> answer_detected_fields(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  OC_TRY_ASSIGN(const auto query, run_field_query(reader, request, now_ns));
  FieldCollection collection(std::min(query.limit, kMostFields));
  for (const auto& entry : query.entries) collection.add(entry);
  if (collection.fields().empty()) return "{}";
  std::string out = R"({"fields":[)";
  for (const auto& [name, field] : collection.fields()) {
    if (out.back() == '}') out += ',';
    append_field(out, name, field);
  }
  return out + fmt::format("],\"limit\":{}}}", query.limit);
}

Result<std::string> answer_field_values(const query::LogReader& reader, const http::Request& request, Nanos now_ns) {
  OC_TRY_ASSIGN(const auto query, run_field_query(reader, request, now_ns));
  const auto& wanted = request.path_parameters.at("name");
  LineFieldReader lines;
  std::set<std::string> values;
  for (const auto& entry : query.entries) {
    if (values.size() >= std::min(query.limit, kMostFields)) break;
    for (const auto& [name, value] : entry.labels.metadata) {
      if (name == wanted) values.insert(value);
    }
    for (const auto& field : lines.read(entry).fields) {
      if (field.name == wanted) values.insert(as_query_value(field.value));
    }
  }
  if (values.empty()) return "{}";
  std::string out = R"({"values":)";
  append_json_list(out, values);
  return out + fmt::format(",\"limit\":{}}}", query.limit);
}

}  // namespace oc::stores
