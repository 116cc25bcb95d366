#include "control_plane/registry/source_rows.h"

namespace oc::control_plane {

namespace {

std::string labels_text(const std::map<std::string, std::string>& labels) {
  return Json(labels).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Result<std::map<std::string, std::string>> labels_of(std::string_view text) {
  OC_TRY_ASSIGN(const Json json, parse_json(text));
  std::map<std::string, std::string> labels;
  for (const auto& [name, value] : json.items())
    if (value.is_string()) labels[name] = value.get<std::string>();
  return labels;
}

std::string service_name_of(const model::RegisteredLogSource& source) {
  const auto label = source.labels.find("service.name");
  return label == source.labels.end() ? std::string() : label->second;
}

Result<model::RegisteredLogSource> source_of(const SqlRow& row) {
  model::RegisteredLogSource registered;
  registered.id = row.text(1);
  registered.agent_id = row.text(2);
  OC_TRY_ASSIGN(const Json source, parse_json(row.text(4)));
  OC_TRY_ASSIGN(registered.source, model::discovered_log_source_from_json(source));
  registered.source.status = row.integer(3) == 0 ? model::SourceStatus::kActive : model::SourceStatus::kInactive;
  OC_TRY_ASSIGN(registered.labels, labels_of(row.text(5)));
  registered.registered_at_ns = row.integer(6);
  registered.last_seen_ns = row.integer(7);
  registered.config_version = row.integer(8);
  OC_TRY_ASSIGN(registered.user_labels, labels_of(row.text(9)));
  return registered;
}

std::vector<SqlValue> row_of(const model::RegisteredLogSource& source) {
  return {source.source.source_id,
          source.id,
          source.agent_id,
          static_cast<std::int64_t>(source.source.status == model::SourceStatus::kActive ? 0 : 1),
          source.source.log_path,
          service_name_of(source),
          to_json(source.source).dump(-1, ' ', false, Json::error_handler_t::replace),
          labels_text(source.labels),
          source.registered_at_ns,
          source.last_seen_ns,
          source.config_version,
          labels_text(source.user_labels),
          std::string(model::to_string(source.source.source_type))};
}

}  // namespace oc::control_plane
