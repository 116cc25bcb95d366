// What the official collector's command line says beside --config.
#include <algorithm>

#include "collector/collector.h"

namespace oc::collector {

std::string config_source_of_setting(std::string_view setting) {
  const auto equals = std::min(setting.find('='), setting.size());
  std::string source = "yaml:";
  for (const char c : setting.substr(0, equals)) source += c == '.' ? std::string("::") : std::string(1, c);
  source += ": ";
  source += setting.substr(std::min(equals + 1, setting.size()));
  return source;
}

}  // namespace oc::collector
