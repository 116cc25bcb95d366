#include "contracts/opamp/collector_report.h"

namespace oc::contracts {
namespace {

Json to_json(const CollectorSourceReport& source) {
  Json dropped = Json::object();
  for (const auto& [reason, count] : source.dropped) dropped[reason] = count;
  return {{"source_id", source.source_id},
          {"read_bytes", source.read_bytes},
          {"emitted", source.emitted},
          {"acknowledged", source.acknowledged},
          {"acknowledged_offset", source.acknowledged_offset},
          {"dropped", std::move(dropped)},
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

Result<CollectorSourceReport> source_from_json(const Json& json) {
  if (!json.is_object()) return permanent("collector report: an entry of \"sources\" is no object");
  CollectorSourceReport source;
  OC_TRY(read_text(json, "source_id", source.source_id));
  OC_TRY(read_count(json, "read_bytes", source.read_bytes));
  OC_TRY(read_count(json, "emitted", source.emitted));
  OC_TRY(read_count(json, "acknowledged", source.acknowledged));
  OC_TRY(read_count(json, "acknowledged_offset", source.acknowledged_offset));
  OC_TRY(read_text(json, "last_error", source.last_error));
  const auto dropped = json.find("dropped");
  if (dropped == json.end() || !dropped->is_object())
    return permanent("collector report: \"dropped\" is missing or no object");
  for (const auto& [reason, count] : dropped->items()) {
    if (!count.is_number_unsigned()) return permanent("collector report: \"dropped\" holds something that is no count");
    source.dropped[reason] = count.get<std::uint64_t>();
  }
  return source;
}

}  // namespace

Json to_json(const CollectorReport& report) {
  Json sources = Json::array();
  for (const auto& source : report.sources) sources.push_back(to_json(source));
  return {{"sources", std::move(sources)}};
}

Result<CollectorReport> collector_report_from_json(const Json& json) {
  const auto sources = json.is_object() ? json.find("sources") : json.end();
  if (sources == json.end() || !sources->is_array())
    return permanent("collector report: \"sources\" is missing or no list");
  CollectorReport report;
  for (const auto& entry : *sources) {
    OC_TRY_ASSIGN(auto source, source_from_json(entry));
    report.sources.push_back(std::move(source));
  }
  return report;
}

}  // namespace oc::contracts
