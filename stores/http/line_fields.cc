#include "stores/http/line_fields.h"

#include <algorithm>

#include "formats/json_fields.h"
#include "query/logql/label_hints.h"
#include "query/logql/parser.h"

namespace oc::stores {

namespace {

std::unique_ptr<query::Stage> stage_of(std::string_view query) {
  static const query::LabelHints everything;
  auto parsed = query::parse_log_query(query);
  return std::move(*parsed->stages[0]->compile(everything));  // neither can fail: both queries stand below
}

std::string joined_name(std::string_view prefix, std::string_view key) {
  if (prefix.empty()) return formats::sanitized_label_name(key, true);
  return std::string(prefix) + "_" + formats::sanitized_label_name(key, false);
}

bool find_path(std::string_view json, std::string_view prefix, std::string_view field, std::vector<std::string>& path) {
  if (path.size() >= static_cast<std::size_t>(formats::kMaxJsonDepth)) return false;
  bool found = false;
  const auto status = formats::for_each_json_member(json, [&](std::string_view key, std::string_view value) {
    const auto name = joined_name(prefix, key);
    if (name != field && !field.starts_with(name + "_")) return true;
    path.emplace_back(key);
    found = name == field || (value.starts_with('{') && find_path(std::string(value), name, field, path));
    if (!found) path.pop_back();
    return !found;
  });
  return found || (status && found);
}

}  // namespace

LineFieldReader::LineFieldReader() : json_(stage_of(R"({a="b"} | json)")), logfmt_(stage_of(R"({a="b"} | logfmt)")) {}

bool LineFieldReader::run(query::Stage& stage, const query::LogEntry& entry, const query::Labels& stream) {
  line_.time_ns = entry.time_ns;
  line_.text = entry.line;
  line_.labels.begin(stream, {});
  return stage.process(line_) && !line_.labels.has_error();
}

LineFields LineFieldReader::read(const query::LogEntry& entry) {
  LineFields found;
  for (const auto& [name, value] : entry.labels.parsed)
    if (!name.starts_with("__error")) found.fields.push_back({name, value, true});
  if (run(*json_, entry, entry.labels.stream)) {
    found.parser = "json";
  } else if (run(*logfmt_, entry, entry.labels.stream)) {
    found.parser = "logfmt";
  }
  if (!found.parser.empty()) {
    for (const auto& label : line_.labels.sorted()) {
      if (label.category == query::LabelCategory::kParsed)
        found.fields.push_back({std::string(label.name), std::string(label.value), false});
    }
  }
  std::ranges::stable_sort(found.fields, {}, &LineField::name);
  return found;
}

std::vector<std::string> json_path_of(std::string_view line, std::string_view field) {
  std::vector<std::string> path;
  if (find_path(line, {}, field, path)) return path;
  constexpr std::string_view kRenamed = "_extracted";  // as a stream label has its name
  if (field.ends_with(kRenamed)) find_path(line, {}, field.substr(0, field.size() - kRenamed.size()), path);
  return path;
}

}  // namespace oc::stores
