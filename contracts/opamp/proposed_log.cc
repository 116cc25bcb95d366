#include "contracts/opamp/proposed_log.h"

#include "base/utf8.h"
#include "model/json_fields.h"

namespace oc::contracts {

Json to_json(const ProposedLog& log) {
  return {{"path", to_utf8(log.path)}, {"process", to_utf8(log.process)}, {"pid", log.pid}};
}

Result<ProposedLog> proposed_log_from_json(const Json& json) {
  ProposedLog log;
  model::JsonFields fields(json, "");
  fields.read("path", log.path);
  fields.require(log.path.starts_with('/'), "path", "an absolute path");
  fields.read("process", log.process);
  fields.read("pid", log.pid);
  OC_TRY(fields.status());
  return log;
}

}  // namespace oc::contracts
