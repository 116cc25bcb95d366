#include "collector/receivers/receiver_keys.h"

#include <fmt/format.h>

#include "contracts/delivery/ranges.h"
#include "contracts/labels/labels.h"

namespace oc::collector {

namespace {

void read_start(ConfigReader& reader, CommonReceiverConfig& config) {
  std::string start_at = "end";
  reader.text("start_at", start_at);
  if (start_at != "end" && start_at != "beginning")
    reader.fail("start_at", fmt::format("'start_at' must be beginning or end, not '{}'", start_at));
  config.start_at_beginning = start_at == "beginning";
  std::int64_t offset = 0;
  reader.integer("start_offset", offset, 0, std::int64_t{1} << 62);
  config.start_offset = static_cast<std::uint64_t>(offset);
}

void read_texts(ConfigReader& reader, std::string_view key, std::map<std::string, std::string>& values) {
  reader.text_map(key, values);
  for (const auto& [name, value] : values)
    if (value.find("EXPR(") != std::string::npos)
      reader.fail(key, fmt::format("'{}.{}': EXPR() is not supported yet", key, name));
}

// A component id may hold characters that a source id may not.
std::string source_id_from(const ComponentId& id) {
  std::string text = id.text().substr(0, contracts::kMaxDeliveryIdBytes);
  for (char& c : text)
    if (!contracts::is_delivery_id({&c, 1})) c = '.';
  return text;
}

void read_source_id(ConfigReader& reader, const ComponentId& id, CommonReceiverConfig& config) {
  const auto given = config.resource.find(std::string(contracts::kSourceIdAttribute));
  config.source_id = given == config.resource.end() ? source_id_from(id) : given->second;
  if (!contracts::is_delivery_id(config.source_id))
    reader.fail("resource", "'resource.source_id' must be 1 to 128 of the characters A-Z a-z 0-9 _ . : -");
}

void read_operators(ConfigReader& reader, CommonReceiverConfig& config) {
  const auto* list = reader.child("operators");
  if (!list || (list->kind == ConfigValue::Kind::kList && list->items.empty())) return;
  auto chain = OperatorChain::parse(*list, reader.owner());
  if (chain) {
    config.operators = std::move(*chain);
  } else {
    reader.fail_with(chain.error());
  }
}

}  // namespace

void read_common_keys(ConfigReader& reader, const ComponentId& id, CommonReceiverConfig& config) {
  read_start(reader, config);
  read_texts(reader, "resource", config.resource);
  read_texts(reader, "attributes", config.attributes);
  reader.text("storage", config.storage);
  read_source_id(reader, id, config);
  read_operators(reader, config);
}

}  // namespace oc::collector
