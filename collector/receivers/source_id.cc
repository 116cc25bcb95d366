#include "collector/receivers/source_id.h"

#include <fmt/format.h>

#include "contracts/delivery/ranges.h"
#include "contracts/labels/labels.h"

namespace oc::collector {

namespace {

// A component id may hold characters that a source id may not.
std::string source_id_from(const ComponentId& id) {
  std::string text = id.text().substr(0, contracts::kMaxDeliveryIdBytes);
  for (char& c : text)
    if (!contracts::is_delivery_id({&c, 1})) c = '.';
  return text;
}

}  // namespace

std::string read_source_id(ConfigReader& reader, const ComponentId& id,
                           const std::map<std::string, std::string>& resource) {
  const auto given = resource.find(std::string(contracts::kSourceIdAttribute));
  auto source_id = given == resource.end() ? source_id_from(id) : given->second;
  if (!contracts::is_delivery_id(source_id))
    reader.fail("resource", "'resource.source_id' must be 1 to 128 of the characters A-Z a-z 0-9 _ . : -");
  return source_id;
}

void refuse_expressions(ConfigReader& reader, std::string_view key, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values)
    if (value.find("EXPR(") != std::string::npos)
      reader.fail(key, fmt::format("'{}.{}': EXPR() is not supported yet", key, name));
}

}  // namespace oc::collector
