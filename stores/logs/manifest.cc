#include "stores/logs/manifest.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "stores/logs/encoding.h"

namespace oc::stores {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMagic = "OCLOGMAN";
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kOldestVersion = 1;  // the same, without ranges that were left out
constexpr std::string_view kWalPrefix = "wal-", kPartPrefix = "part-";

std::optional<std::uint64_t> id_of(std::string_view name, std::string_view prefix) {
  constexpr std::size_t kDigits = 16;
  if (!name.starts_with(prefix) || name.size() != prefix.size() + kDigits) return std::nullopt;
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(name.data() + prefix.size(), name.data() + name.size(), id, 16);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return id;
}

}  // namespace

std::string wal_name(std::uint64_t id) { return fmt::format("{}{:016x}", kWalPrefix, id); }
std::string part_name(std::uint64_t id) { return fmt::format("{}{:016x}", kPartPrefix, id); }
std::optional<std::uint64_t> wal_id(std::string_view name) { return id_of(name, kWalPrefix); }
std::optional<std::uint64_t> part_id(std::string_view name) { return id_of(name, kPartPrefix); }

std::string Manifest::encode() const {
  std::string out(kMagic);
  put_fixed(out, kVersion);
  put_varint(out, next_file_id);
  put_varint(out, first_wal);
  put_varint(out, next_arrival);
  put_varint(out, parts.size());
  for (const PartEntry& part : parts) {
    put_varint(out, part.id);
    put_varint(out, part.summary.file_bytes);
    put_varint(out, part.summary.bounds.rows);
    put_varint(out, zigzag(part.summary.bounds.first_ns));
    put_varint(out, zigzag(part.summary.bounds.last_ns));
    put_varint(out, zigzag(part.written_ns));
  }
  ranges.encode(out);
  put_fixed(out, checksum(out));
  return out;
}

Result<Manifest> Manifest::decode(std::string_view bytes, const std::string& name) {
  constexpr std::size_t kChecksumBytes = 8;
  constexpr std::string_view kNextStep = "restore it from a backup, or move the folder away to start an empty store";
  if (bytes.size() < kMagic.size() + 4 + kChecksumBytes || !bytes.starts_with(kMagic))
    return permanent(name + ": not a manifest", std::string(kNextStep));
  const std::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (ByteReader(bytes.substr(body.size())).fixed<std::uint64_t>() != checksum(body))
    return permanent(name + ": damaged, its checksum does not match", std::string(kNextStep));
  ByteReader in(body.substr(kMagic.size()));
  if (const auto version = in.fixed<std::uint32_t>(); version < kOldestVersion || version > kVersion)
    return permanent(
        fmt::format("{}: version {}, this program reads {} to {}", name, version, kOldestVersion, kVersion),
        "start the version of onecollector that wrote it");
  Manifest manifest;
  manifest.next_file_id = in.varint();
  manifest.first_wal = in.varint();
  manifest.next_arrival = in.varint();
  const std::uint64_t parts = in.count(6);
  for (std::uint64_t i = 0; i < parts; ++i) {
    PartEntry& part = manifest.parts.emplace_back();
    part.id = in.varint();
    part.summary.file_bytes = in.varint();
    part.summary.bounds.rows = in.varint();
    part.summary.bounds.first_ns = in.signed_varint();
    part.summary.bounds.last_ns = in.signed_varint();
    part.written_ns = in.signed_varint();
  }
  manifest.ranges = RangeMemory::decode(in);
  if (!in.ok() || !in.at_end()) return permanent(name + ": malformed", std::string(kNextStep));
  return manifest;
}

Result<std::unique_ptr<ManifestFile>> ManifestFile::open(FileSystem& files, const fs::path& directory) {
  std::unique_ptr<ManifestFile> manifest(new ManifestFile(files, directory / kManifestName));
  OC_TRY_ASSIGN(const std::vector<std::string> names, files.list(directory));
  if (std::ranges::find(names, kManifestName) == names.end()) {
    if (std::ranges::any_of(names, [](const auto& name) { return part_id(name).has_value(); }))
      return permanent(manifest->path_.string() + " is missing, though there are parts beside it",
                       "restore it from a backup, or move the folder away to start an empty store");
    OC_TRY(manifest->update([](Manifest&) {}));
    return manifest;
  }
  OC_TRY_ASSIGN(auto file, files.open(manifest->path_));
  OC_TRY_ASSIGN(const std::uint64_t size, file->size());
  OC_TRY_ASSIGN(const std::string bytes, file->read(0, size));
  OC_TRY_ASSIGN(manifest->manifest_, Manifest::decode(bytes, manifest->path_.string()));
  return manifest;
}

Status ManifestFile::update(const std::function<void(Manifest&)>& change) {
  std::lock_guard lock(mutex_);
  Manifest changed = manifest_;
  change(changed);
  OC_TRY(replace_file(files_, path_, changed.encode()));
  manifest_ = std::move(changed);
  return {};
}

Manifest ManifestFile::current() const {
  std::lock_guard lock(mutex_);
  return manifest_;
}

}  // namespace oc::stores
