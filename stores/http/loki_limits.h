// What the store takes and answers, under the names of Loki's limits: /config and /drilldown-limits.
#pragma once

#include <string>

namespace oc::stores {

std::string limits_as_yaml();                              // {limits_config: {…}}
std::string drilldown_limits(const std::string& version);  // JSON, as Logs Drilldown asks for it

}  // namespace oc::stores
