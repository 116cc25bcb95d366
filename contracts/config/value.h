// One value of onecollector.yaml: from its text into its place in Config.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contracts/config/key_table.h"

namespace oc::contracts {

inline bool takes_list(Form form) {
  return form == Form::kPaths || form == Form::kPatterns || form == Form::kStreamPeriods;
}
// "a duration such as 90s, 15m, 24h or 14d, from 1h to 3650d": for messages and for the schema's descriptions.
std::string expectation(const Key& key);
// What to answer to a value that is not what the key expects.
std::unexpected<Error> refused(const Key& key);
// `text` is what references were expanded to; messages never repeat it, for it may be a secret. For a form that takes a
// list: checks one element and appends it.
Status store_value(const Key& key, std::string_view text, Config& config);
// Empties the list first, so that a config's list stands in place of the default.
void clear_list(const Key& key, Config& config);

}  // namespace oc::contracts
