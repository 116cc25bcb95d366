#include "collector/receivers/receiver_keys.h"

#include <fmt/format.h>

#include "collector/receivers/receiver_fields.h"
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

void read_operators(ConfigReader& reader, CommonReceiverConfig& config, std::shared_ptr<const ReceiverFields> fields) {
  const auto* list = reader.child("operators");
  const bool none = !list || (list->kind == ConfigValue::Kind::kList && list->items.empty());
  if (none && fields->empty()) return;
  const ConfigValue empty{.kind = ConfigValue::Kind::kList};
  if (fields->empty()) fields.reset();
  auto chain = OperatorChain::parse(none ? empty : *list, reader.owner(), std::move(fields));
  if (chain) {
    config.operators = std::move(*chain);
  } else {
    reader.fail_with(chain.error());
  }
}

}  // namespace

void read_common_keys(ConfigReader& reader, const ComponentId& id, CommonReceiverConfig& config) {
  read_start(reader, config);
  reader.text_map("resource", config.resource);
  reader.text_map("attributes", config.attributes);
  const auto fields = std::make_shared<ReceiverFields>();
  fields->take(reader, "resource", RecordRoot::kResource, config.resource);
  fields->take(reader, "attributes", RecordRoot::kAttributes, config.attributes);
  reader.text("storage", config.storage);
  read_source_id(reader, id, config);
  read_operators(reader, config, fields);
}

}  // namespace oc::collector
