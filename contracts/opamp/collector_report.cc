#include "contracts/opamp/collector_report.h"

namespace oc::contracts {
namespace {

Json by_reason(const std::map<std::string, std::uint64_t>& counts) {
  Json json = Json::object();
  for (const auto& [reason, count] : counts) json[reason] = count;
  return json;
}

Json to_json(const CollectorSourceReport& source) {
  return {{"source_id", source.source_id},
          {"read_bytes", source.read_bytes},
          {"emitted", source.emitted},
          {"acknowledged", source.acknowledged},
          {"acknowledged_offset", source.acknowledged_offset},
          {"dropped", by_reason(source.dropped)},
          {"left_out_bytes", by_reason(source.left_out_bytes)},
          {"last_error", source.last_error}};
}

Status read_text(const Json& json, const char* field, std::string& out) {
  const auto found = json.find(field);
  if (found == json.end() || !found->is_string())
    return permanent(std::string("collector report: \"") + field + "\" is missing or no text");
  out = found->get<std::string>();
  return {};
}

Status read_count(const Json& json, const char* field, std::uint64_t& out) {
  const auto found = json.find(field);
  if (found == json.end() || !found->is_number_unsigned())
    return permanent(std::string("collector report: \"") + field + "\" is missing or no count");
  out = found->get<std::uint64_t>();
  return {};
}

Status read_by_reason(const Json& json, const std::string& field, std::map<std::string, std::uint64_t>& out) {
  const auto found = json.find(field);
  if (found == json.end() || !found->is_object())
    return permanent("collector report: \"" + field + "\" is missing or no object");
  for (const auto& [reason, count] : found->items()) {
    if (!count.is_number_unsigned())
      return permanent("collector report: \"" + field + "\" holds something that is no count");
    out[reason] = count.get<std::uint64_t>();
  }
  return {};
}

Result<CollectorSourceReport> report_from_json(const Json& json) {
  if (!json.is_object()) return permanent("collector report: an entry of \"sources\" is no object");
  CollectorSourceReport source;
  OC_TRY(read_text(json, "source_id", source.source_id));
  OC_TRY(read_count(json, "read_bytes", source.read_bytes));
  OC_TRY(read_count(json, "emitted", source.emitted));
  OC_TRY(read_count(json, "acknowledged", source.acknowledged));
  OC_TRY(read_count(json, "acknowledged_offset", source.acknowledged_offset));
  OC_TRY(read_text(json, "last_error", source.last_error));
  OC_TRY(read_by_reason(json, "dropped", source.dropped));
  if (json.contains("left_out_bytes")) OC_TRY(read_by_reason(json, "left_out_bytes", source.left_out_bytes));
  return source;
}

}  // namespace

Json to_json(const CollectorReport& report) {
  Json sources = Json::array();
  for (const auto& source : report.sources) sources.push_back(to_json(source));
  return {{"sources", std::move(sources)}, {"left_out", by_reason(report.left_out)}};
}

Result<CollectorReport> collector_report_from_json(const Json& json) {
  const auto sources = json.is_object() ? json.find("sources") : json.end();
  if (sources == json.end() || !sources->is_array())
    return permanent("collector report: \"sources\" is missing or no list");
  CollectorReport report;
  for (const auto& entry : *sources) {
    OC_TRY_ASSIGN(auto source, report_from_json(entry));
    report.sources.push_back(std::move(source));
  }
  if (json.contains("left_out")) OC_TRY(read_by_reason(json, "left_out", report.left_out));
  return report;
}

}  // namespace oc::contracts
