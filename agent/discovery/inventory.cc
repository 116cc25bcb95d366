#include "agent/discovery/inventory.h"

#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "base/files.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"

namespace oc::agent {
namespace {

constexpr int kVersion = 1;
// 100,000 sources take about 60 MB.
constexpr std::size_t kMaxInventoryBytes = 256 << 20;

Json identity_to_json(const FileIdentity& id) { return Json::array({id.device, id.inode, id.birth_ns}); }

FileIdentity identity_from_json(const Json& json) {
  return {json.at(0).get<std::uint64_t>(), json.at(1).get<std::uint64_t>(), json.at(2).get<Nanos>()};
}

Json source_to_json(const KnownSource& source) {
  Json json = {{"id", source.id},
               {"path", source.path},
               {"aliases", source.aliases},
               {"file", identity_to_json(source.file)},
               {"start_offset", source.start_offset},
               {"skipped_bytes", source.skipped_bytes},
               {"first_run", source.first_run},
               {"discovered_at_ns", source.discovered_at_ns},
               {"shape", model::to_json(source.shape)},
               {"inferences", source.inferences},
               {"inferred_at_size", source.inferred_at_size}};
  if (!source.said.empty()) json["said"] = source.said;
  return json;
}

Result<KnownSource> source_from_json(const Json& json) {
  KnownSource source;
  json.at("id").get_to(source.id);
  json.at("path").get_to(source.path);
  json.at("aliases").get_to(source.aliases);
  source.file = identity_from_json(json.at("file"));
  json.at("start_offset").get_to(source.start_offset);
  json.at("skipped_bytes").get_to(source.skipped_bytes);
  json.at("first_run").get_to(source.first_run);
  json.at("discovered_at_ns").get_to(source.discovered_at_ns);
  OC_TRY_ASSIGN(source.shape, model::log_shape_from_json(json.at("shape")));
  json.at("inferences").get_to(source.inferences);
  json.at("inferred_at_size").get_to(source.inferred_at_size);
  if (json.contains("said")) json.at("said").get_to(source.said);
  if (source.id.empty() || !source.path.starts_with('/')) return permanent("a source without id or path");
  return source;
}

Result<Inventory> inventory_from_json(const Json& body) {
  Inventory out;
  body.at("first_started_ns").get_to(out.first_started_ns);
  body.at("backfill_left_bytes").get_to(out.backfill_left_bytes);
  for (const auto& entry : body.at("sources")) {
    OC_TRY_ASSIGN(auto source, source_from_json(entry));
    const std::string id = source.id;
    if (!out.sources.emplace(id, std::move(source)).second) return permanent("source " + id + " stands there twice");
  }
  for (const auto& entry : body.at("retired"))
    out.retired[identity_from_json(entry.at("file"))] = {
        entry.at("source_id").get<std::string>(), entry.at("path").get<std::string>(), {}};
  return out;
}

}  // namespace

std::string encode_inventory(const Inventory& inventory) {
  Json sources = Json::array(), retired = Json::array();
  for (const auto& [id, source] : inventory.sources) sources.push_back(source_to_json(source));
  for (const auto& [file, former] : inventory.retired)
    retired.push_back({{"file", identity_to_json(file)}, {"source_id", former.source_id}, {"path", former.path}});
  const Json body = {{"first_started_ns", inventory.first_started_ns},
                     {"backfill_left_bytes", inventory.backfill_left_bytes},
                     {"sources", std::move(sources)},
                     {"retired", std::move(retired)}};
  // Sources have names in UTF-8 (LeftOut::kBadName); `replace` only keeps a mistake there from throwing.
  const std::string text = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return fmt::format("onecollector-inventory {} {}\n{}\n", kVersion, stable_hash(text), text);
}

Result<Inventory> decode_inventory(std::string_view text) {
  const auto line_end = text.find('\n');
  if (line_end == std::string_view::npos || !text.ends_with('\n') || line_end + 1 == text.size())
    return permanent("the inventory is cut short");
  const auto body = text.substr(line_end + 1, text.size() - line_end - 2);
  if (text.substr(0, line_end) != fmt::format("onecollector-inventory {} {}", kVersion, stable_hash(body)))
    return permanent("the inventory's first line has another version or another checksum than its contents");
  OC_TRY_ASSIGN(const Json json, parse_json(body));
  try {
    return inventory_from_json(json);
  } catch (const Json::exception& error) {
    return permanent(fmt::format("the inventory lacks something: {}", error.what()));
  }
}

Result<std::optional<Inventory>> load_inventory(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  OC_TRY_ASSIGN(const auto text, read_file(path, kMaxInventoryBytes));
  auto inventory = decode_inventory(text);
  if (inventory) return std::optional(*std::move(inventory));
  const std::string aside = path.string() + ".damaged";
  log::error("{}: {}; it is set aside as {} and the sources are found anew", path.string(), inventory.error().message,
             aside);
  if (::rename(path.c_str(), aside.c_str()) != 0) return errno_error("rename", path, errno);
  return std::nullopt;
}

Status save_inventory(const std::filesystem::path& path, const Inventory& inventory) {
  return write_file_atomic(path, encode_inventory(inventory), 0600);
}

}  // namespace oc::agent
