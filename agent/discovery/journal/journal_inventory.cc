#include "agent/discovery/journal/journal_inventory.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/json.h"
#include "base/log.h"

namespace oc::agent {

namespace {

constexpr int kVersion = 1;

}  // namespace

std::string encode_journal_inventory(const JournalInventory& inventory) {
  Json list = Json::array();
  for (const auto& [key, source] : inventory.sources) {
    auto& entry = list.emplace_back(Json{{"field", key.field},
                                         {"value", key.value},
                                         {"sequence", source.sequence},
                                         {"start", source.start},
                                         {"discovered_at_ns", source.discovered_at_ns}});
    if (!source.said.empty()) entry["said"] = source.said;
    if (source.opted_out) entry["opted_out"] = true;
  }
  Json json{{"version", kVersion}, {"sources", std::move(list)}};
  if (inventory.begin) json["begin"] = {{"sequence", inventory.begin->sequence}, {"number", inventory.begin->number}};
  if (inventory.followed_until_ns) json["followed_until_ns"] = *inventory.followed_until_ns;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<JournalInventory> decode_journal_inventory(std::string_view text) {
  OC_TRY_ASSIGN(const Json json, parse_json(text));
  JournalInventory inventory;
  try {
    if (json.at("version").get<int>() != kVersion) return permanent("it is of another version");
    for (const auto& entry : json.at("sources"))
      inventory.sources[{entry.at("field").get<std::string>(), entry.at("value").get<std::string>()}] = {
          .sequence = entry.at("sequence").get<std::string>(),
          .start = entry.at("start").get<std::uint64_t>(),
          .discovered_at_ns = entry.at("discovered_at_ns").get<Nanos>(),
          .said = entry.value("said", std::map<std::string, std::string>()),
          .opted_out = entry.value("opted_out", false)};
    if (json.contains("followed_until_ns")) inventory.followed_until_ns = json.at("followed_until_ns").get<Nanos>();
    if (json.contains("begin"))
      inventory.begin = {json.at("begin").at("sequence").get<std::string>(),
                         json.at("begin").at("number").get<std::uint64_t>()};
  } catch (const Json::exception& error) {
    return permanent(error.what());
  }
  return inventory;
}

std::optional<JournalInventory> load_journal_inventory(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  const auto text = read_file(path);
  auto inventory = text ? decode_journal_inventory(*text) : Result<JournalInventory>(std::unexpected(text.error()));
  if (inventory) return *std::move(inventory);
  log::error("{} is damaged and begun anew: {}", path.string(), inventory.error().text());
  return std::nullopt;
}

}  // namespace oc::agent
