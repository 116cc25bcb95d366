// What the configs of all receivers have in common: where reading begins, whose records they are, what is done to them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "collector/operators/operator_chain.h"
#include "collector/pipeline/config_reader.h"
#include "collector/pipeline/factory.h"

namespace oc::collector {

struct CommonReceiverConfig : ReceiverConfig {
  bool start_at_beginning = false;
  std::uint64_t start_offset = 0;  // ours: where reading begins of what has no checkpoint
  std::map<std::string, std::string> attributes, resource;
  std::shared_ptr<const OperatorChain> operators;  // nullptr: there are none
};

// start_at, start_offset, attributes, resource, storage, operators. The source's id is `resource.source_id`, else the
// component's; one that no sink could remember is the reader's error.
void read_common_keys(ConfigReader& reader, const ComponentId& id, CommonReceiverConfig& config);

}  // namespace oc::collector
