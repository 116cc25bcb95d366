#include "collector/receivers/file_log/checkpoint.h"

#include <fmt/format.h>

#include "base/json.h"

namespace oc::collector {

std::string checkpoint_prefix(std::string_view source_id) { return fmt::format("file_log/{}/", source_id); }

std::string checkpoint_key(std::string_view source_id, std::string_view file_id) {
  return fmt::format("file_log/{}/{}", source_id, file_id);
}

std::string encode_checkpoint(const Checkpoint& checkpoint) {
  Json json = {{"path", checkpoint.path},
               {"first_path", checkpoint.first_path},
               {"begun_ns", checkpoint.begun_ns},
               {"device", checkpoint.key.device},
               {"inode", checkpoint.key.inode},
               {"birth_ns", checkpoint.key.birth_ns},
               {"fingerprint", {checkpoint.fingerprint.bytes, checkpoint.fingerprint.hash}},
               {"offset", checkpoint.offset}};
  if (checkpoint.tail_hash) json["tail_hash"] = *checkpoint.tail_hash;
  if (!checkpoint.cuts.empty()) json["cuts"] = checkpoint.cuts;
  if (checkpoint.compressed) json["compressed"] = true;
  if (checkpoint.records) json["records"] = *checkpoint.records;
  for (const auto& floor : checkpoint.floors) json["floors"].push_back({floor.config_hash, floor.offset});
  if (checkpoint.again_until > 0) json["again_until"] = checkpoint.again_until;
  // A path may be any bytes: those that are not UTF-8 are kept out of JSON, the file is then found by its inode.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Checkpoint> decode_checkpoint(std::string_view key, std::string_view value) {
  const auto file_at = key.rfind('/'), source_at = key.find('/');
  if (file_at == std::string_view::npos || file_at == source_at)
    return permanent(fmt::format("the key '{}' is not that of a checkpoint", key));
  OC_TRY_ASSIGN(const Json json, parse_json(value));
  Checkpoint checkpoint;
  checkpoint.source_id = key.substr(source_at + 1, file_at - source_at - 1);
  checkpoint.file_id = key.substr(file_at + 1);
  try {
    checkpoint.path = json.at("path").get<std::string>();
    checkpoint.first_path = json.at("first_path").get<std::string>();
    checkpoint.begun_ns = json.at("begun_ns");
    checkpoint.key = {json.at("device"), json.at("inode"), json.at("birth_ns")};
    checkpoint.fingerprint = {json.at("fingerprint").at(0), json.at("fingerprint").at(1)};
    checkpoint.offset = json.at("offset");
    if (json.contains("tail_hash")) checkpoint.tail_hash = json["tail_hash"].get<std::uint64_t>();
    if (json.contains("cuts")) checkpoint.cuts = json["cuts"].get<std::vector<std::uint64_t>>();
    checkpoint.compressed = json.value("compressed", false);
    if (json.contains("records")) checkpoint.records = json["records"].get<std::uint64_t>();
    if (json.contains("floors"))
      for (const auto& floor : json["floors"]) checkpoint.floors.push_back({floor.at(0), floor.at(1)});
    checkpoint.again_until = json.value("again_until", std::uint64_t{0});
  } catch (const Json::exception& error) {
    return permanent(fmt::format("checkpoint {}: {}", key, error.what()));
  }
  return checkpoint;
}

}  // namespace oc::collector
