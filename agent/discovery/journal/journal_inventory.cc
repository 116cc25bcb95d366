#include "agent/discovery/journal/journal_inventory.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/json.h"
#include "base/log.h"

namespace oc::agent {

namespace {

constexpr int kVersion = 1;

}  // namespace

std::string encode_journal_inventory(const JournalSources& sources) {
  Json list = Json::array();
  for (const auto& [key, source] : sources)
    list.push_back({{"field", key.field},
                    {"value", key.value},
                    {"sequence", source.sequence},
                    {"start", source.start},
                    {"discovered_at_ns", source.discovered_at_ns}});
  return Json{{"version", kVersion}, {"sources", std::move(list)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<JournalSources> decode_journal_inventory(std::string_view text) {
  OC_TRY_ASSIGN(const Json json, parse_json(text));
  JournalSources sources;
  try {
    if (json.at("version").get<int>() != kVersion) return permanent("it is of another version");
    for (const auto& entry : json.at("sources"))
      sources[{entry.at("field").get<std::string>(), entry.at("value").get<std::string>()}] = {
          entry.at("sequence").get<std::string>(), entry.at("start").get<std::uint64_t>(),
          entry.at("discovered_at_ns").get<Nanos>()};
  } catch (const Json::exception& error) {
    return permanent(error.what());
  }
  return sources;
}

std::optional<JournalSources> load_journal_inventory(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  const auto text = read_file(path);
  auto sources = text ? decode_journal_inventory(*text) : Result<JournalSources>(std::unexpected(text.error()));
  if (sources) return *std::move(sources);
  log::error("{} is damaged and begun anew: {}", path.string(), sources.error().text());
  return std::nullopt;
}

}  // namespace oc::agent
