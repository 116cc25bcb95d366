#include "agent/log_format/infer_output.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/utf8.h"
#include "formats/find_timestamp.h"

namespace oc::agent {
namespace {

// Three digits are as much as a confidence means.
double rounded(double confidence) { return static_cast<double>(static_cast<int>(confidence * 1000 + 0.5)) / 1000; }

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json timestamp_json(const InferenceReport& report) {
  if (report.timestamp_layout.empty()) return nullptr;
  return {{"layout", report.timestamp_layout}, {"where", report.timestamp_place}};
}

Json names_json(const std::vector<std::string>& names) {
  Json list = Json::array();
  for (const auto& name : names) list.push_back(without_invalid_utf8(name));
  return list;
}

Json records_json(const LineFacts& facts) {
  Json list = Json::array();
  for (const auto& record : facts.records) {
    Json lines = Json::array();
    for (const std::size_t line : record) lines.push_back(line + 1);
    list.push_back(std::move(lines));
  }
  return list;
}

using Row = std::array<std::string, 6>;

Row table_row(const InferenceReport& report) {
  if (report.refused) return {report.path, "not a log", "", "", "", report.reason};
  const std::string shape = report.dialect.empty() ? report.shape : report.shape + " (" + report.dialect + ")";
  return {report.path,
          shape,
          fmt::format("{:.0f} %", report.confidence * 100),
          report.timestamp_layout.empty() ? "none" : report.timestamp_layout,
          report.multiline ? "yes" : "no",
          report.reason};
}

bool is_plain_yaml(const std::string& text) {
  constexpr std::string_view kSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ ";
  if (text.empty() || text.find_first_not_of(kSafe) != std::string::npos || text.back() == ' ') return false;
  const bool letter_first = (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z') || text[0] == '/';
  return letter_first && text != "true" && text != "false" && text != "null" && text != "yes" && text != "no";
}

// JSON's strings are YAML's double-quoted ones.
std::string yaml_scalar(const Json& value) {
  if (value.is_string() && is_plain_yaml(value.get<std::string>())) return value.get<std::string>();
  return value.dump();
}

void append_yaml(const Json& value, int indent, std::string& out) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  const auto nested = [](const Json& inner) { return inner.is_structured() && !inner.empty(); };
  if (value.is_array()) {
    for (const auto& item : value) {
      std::string inner;
      if (nested(item)) append_yaml(item, indent + 2, inner);
      out += margin + "- " +
             (nested(item) ? inner.substr(static_cast<std::size_t>(indent) + 2) : yaml_scalar(item) + "\n");
    }
    return;
  }
  for (const auto& [key, item] : value.items()) {
    out += margin + yaml_scalar(key) + ":" + (nested(item) ? "\n" : " " + yaml_scalar(item) + "\n");
    if (nested(item)) append_yaml(item, indent + 2, out);
  }
}

}  // namespace

Json to_json(const InferenceReport& report) {
  Json json = {{"file", without_invalid_utf8(report.path)},
               {"refused", report.refused},
               {"shape", report.shape},
               {"confidence", rounded(report.confidence)},
               {"reason", without_invalid_utf8(report.reason)}};
  if (report.refused) return json;
  json["dialect"] = text_or_null(report.dialect);
  json["encoding"] = report.encoding;
  json["multiline"] = report.multiline;
  json["timestamp"] = timestamp_json(report);
  json["severity"] = text_or_null(report.severity_place);
  json["record_start"] = text_or_null(without_invalid_utf8(report.record_start));
  json["fields"] = names_json(report.fields);
  return json;
}

Json to_json_with_lines(const InferenceReport& report, std::string_view bytes) {
  Json json = to_json(report);
  if (report.refused) return json;
  const LineFacts facts = read_lines(report, bytes);
  // The sample may have ended before the first record of several lines.
  json["multiline"] = std::ranges::count(facts.record_start, false) > 0 && report.multiline;
  Json starts = Json::array();
  Json timestamps = Json::array();
  Json severities = Json::array();
  for (std::size_t i = 0; i < facts.record_start.size(); ++i) {
    if (facts.record_start[i]) starts.push_back(i + 1);
    timestamps.push_back(facts.time[i] ? Json(formats::to_iso8601(*facts.time[i])) : Json(nullptr));
    severities.push_back(facts.severity[i] ? Json(formats::to_string(*facts.severity[i])) : Json(nullptr));
  }
  json["record_starts"] = std::move(starts);
  if (!facts.records.empty()) json["records"] = records_json(facts);
  json["timestamps"] = std::move(timestamps);
  json["severities"] = std::move(severities);
  return json;
}

Json line_timestamp_json(std::size_t number, std::string_view line) {
  const auto stamp = formats::find_timestamp(line);
  if (!stamp) return {{"n", number}, {"start", nullptr}, {"end", nullptr}, {"instant", nullptr}, {"ambiguous", false}};
  return {{"n", number},
          {"start", stamp->start},
          {"end", stamp->end},
          {"instant", formats::to_iso8601(stamp->time)},
          {"layout", without_invalid_utf8(stamp->layout)},
          {"ambiguous", stamp->ambiguous}};
}

std::string to_table(const std::vector<InferenceReport>& files) {
  std::vector<Row> rows = {{"FILE", "SHAPE", "SURE", "TIMESTAMP", "MULTILINE", "WHY"}};
  for (const auto& report : files) rows.push_back(table_row(report));
  std::array<std::size_t, 6> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i + 1 < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    out += line + row.back() + "\n";
  }
  return out;
}

std::string to_yaml(const Json& value) {
  if (!value.is_structured() || value.empty()) return yaml_scalar(value) + "\n";
  std::string out;
  append_yaml(value, 0, out);
  return out;
}

}  // namespace oc::agent
