#include "collector/receivers/journald/journal_checkpoint.h"

#include <fmt/format.h>

#include "base/json.h"

namespace oc::collector {

std::string journal_checkpoint_key(std::string_view source_id) { return fmt::format("journald/{}", source_id); }

std::string encode_checkpoint(const JournalCheckpoint& checkpoint) {
  Json json = {{"cursor", checkpoint.delivered.cursor}, {"ends", checkpoint.delivered.ends}};
  for (const auto& floor : checkpoint.floors)
    json["floors"].push_back({floor.config_hash, floor.position.cursor, floor.position.ends});
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<JournalCheckpoint> decode_journal_checkpoint(std::string_view text) {
  using Ends = std::map<std::string, std::uint64_t>;
  OC_TRY_ASSIGN(const Json json, parse_json(text));
  JournalCheckpoint checkpoint;
  try {
    checkpoint.delivered = {json.at("cursor").get<std::string>(), json.at("ends").get<Ends>()};
    if (json.contains("floors"))
      for (const auto& floor : json["floors"])
        checkpoint.floors.push_back(
            {floor.at(0).get<std::string>(), {floor.at(1).get<std::string>(), floor.at(2).get<Ends>()}});
  } catch (const Json::exception& error) {
    return permanent(fmt::format("the checkpoint of a journal: {}", error.what()));
  }
  return checkpoint;
}

}  // namespace oc::collector
