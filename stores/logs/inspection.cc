#include "stores/logs/inspection.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "stores/logs/append_record.h"
#include "stores/logs/block_rows.h"
#include "stores/logs/encoded_labels.h"
#include "stores/logs/manifest.h"
#include "stores/logs/part.h"
#include "stores/logs/wal.h"

namespace oc::stores {

namespace {

constexpr std::string_view kNameTheFolder = "name the backend's data directory with --data-dir";

void extend(RowBounds& all, const RowBounds& more) {
  if (more.rows == 0) return;
  all.first_ns = all.rows == 0 ? more.first_ns : std::min(all.first_ns, more.first_ns);
  all.last_ns = all.rows == 0 ? more.last_ns : std::max(all.last_ns, more.last_ns);
  all.rows += more.rows;
}

// Reads all of a block; an error says what is wrong with it.
Status check_block(const Part& part, const PartBlock& block) {
  OC_TRY_ASSIGN(const auto rows, BlockRows::open(part, block));
  std::vector<query::LabelView> own;
  std::uint64_t count = 0;
  for (; rows->next(); ++count) {
    own.clear();
    OC_TRY(rows->own(own));
    if (rows->time_ns() < block.bounds.first_ns || rows->time_ns() > block.bounds.last_ns)
      return permanent("a row's time is not what the index says");
  }
  return count == block.bounds.rows ? Status() : permanent("not as many rows as the index says");
}

class Inspector {
 public:
  Inspector(FileSystem& files, const std::filesystem::path& directory, Thoroughness thoroughness)
      : files_(files), directory_(directory), thoroughness_(thoroughness) {}

  Result<Inspection> run(const std::function<void(std::size_t, std::size_t)>& on_file) {
    const auto listed = files_.list(directory_);
    if (!listed) return permanent(listed.error().message, std::string(kNameTheFolder));
    const auto& names = *listed;
    OC_TRY_ASSIGN(manifest_, read_manifest(names));
    std::vector<std::uint64_t> wals;
    for (const auto& name : names)
      if (const auto id = wal_id(name); id && *id >= manifest_.first_wal) wals.push_back(*id);
    std::ranges::sort(wals);
    const std::size_t all = manifest_.parts.size() + wals.size();
    for (const PartEntry& entry : manifest_.parts) {
      on_file(found_.files.size() - 1, all);
      inspect_part(entry);
    }
    for (const std::uint64_t wal : wals) {
      on_file(found_.files.size() - 1, all);
      inspect_wal(wal);
    }
    finish();
    return std::move(found_);
  }

 private:
  Result<Manifest> read_manifest(const std::vector<std::string>& names) {
    if (std::ranges::find(names, kManifestName) == names.end())
      return permanent(fmt::format("{} holds no log store", directory_.string()), std::string(kNameTheFolder));
    OC_TRY_ASSIGN(const auto file, files_.open(directory_ / kManifestName));
    OC_TRY_ASSIGN(const auto size, file->size());
    OC_TRY_ASSIGN(const auto bytes, file->read(0, size));
    OC_TRY_ASSIGN(auto manifest, Manifest::decode(bytes, std::string(kManifestName)));
    found_.files.push_back({.name = std::string(kManifestName), .kind = "manifest", .bytes = size});
    found_.remembered_files = manifest.ranges.files();
    return manifest;
  }

  void inspect_part(const PartEntry& entry) {
    InspectedFile& file = found_.files.emplace_back(
        InspectedFile{.name = part_name(entry.id), .kind = "part", .bytes = entry.summary.file_bytes});
    const auto part = Part::open(files_, directory_ / file.name, entry.id, registry_);
    if (!part) {
      file.problems.push_back(fmt::format("all its {} rows: {}", entry.summary.bounds.rows, part.error().text()));
      return;
    }
    if (const auto header = (*part)->check_header(); !header)
      file.problems.push_back("no rows: " + header.error().text());
    for (const PartBlock& block : (*part)->blocks()) {
      extend(file.bounds, block.bounds);
      file.text_bytes += block.raw_bytes;
      for (const PartRun& run : (*part)->runs_of(block))
        note_stream((*part)->streams()[run.stream]->labels, run.bounds(), run.raw_bytes,
                    block.compressed_bytes_of(run));
      if (thoroughness_ == Thoroughness::kIndexes) continue;
      if (const auto whole = check_block(**part, block); !whole)
        file.problems.push_back(
            fmt::format("{} rows at byte {}: {}", block.bounds.rows, block.offset, whole.error().text()));
    }
    if (file.bounds.rows != entry.summary.bounds.rows)
      file.problems.push_back(
          fmt::format("it holds {} rows, the manifest says {}", file.bounds.rows, entry.summary.bounds.rows));
  }

  void inspect_wal(std::uint64_t id) {
    InspectedFile& file = found_.files.emplace_back(InspectedFile{.name = wal_name(id), .kind = "wal"});
    const auto on_frame = [&](const WalFrame& frame) {
      const auto record = AppendRecord::decode(frame.record);
      if (!record) {
        file.problems.push_back("a request: " + record.error().text());
        return;
      }
      for (const auto& rows : record->streams) {
        extend(file.bounds, rows.bounds);
        file.text_bytes += rows.block.size();
        note_stream(decode_labels(rows.labels), rows.bounds, rows.block.size(), 0);
      }
    };
    const auto read = read_wal(files_, directory_ / file.name, on_frame);
    if (!read) {
      file.problems.push_back(read.error().text());
      return;
    }
    file.bytes = read->bytes;
    if (read->damaged_frames > 0)
      file.problems.push_back(fmt::format("{} damaged places, of one request or more each", read->damaged_frames));
  }

  void note_stream(const query::Labels& labels, const RowBounds& bounds, std::uint64_t text, std::uint64_t disk) {
    InspectedStream& stream = streams_[labels];
    extend(stream.bounds, bounds);
    stream.text_bytes += text;
    stream.disk_bytes += disk;
  }

  void finish() {
    for (auto& [labels, stream] : streams_) {
      stream.labels = labels;
      found_.streams.push_back(std::move(stream));
    }
    std::ranges::stable_sort(found_.streams, std::greater(), &InspectedStream::text_bytes);
  }

  FileSystem& files_;
  const std::filesystem::path& directory_;
  const Thoroughness thoroughness_;
  Manifest manifest_;
  StreamRegistry registry_;
  std::map<query::Labels, InspectedStream> streams_;
  Inspection found_;
};

}  // namespace

std::size_t Inspection::problems() const {
  std::size_t count = 0;
  for (const auto& file : files) count += file.problems.size();
  return count;
}

Result<Inspection> inspect_store(FileSystem& files, const std::filesystem::path& directory, Thoroughness thoroughness,
                                 const std::function<void(std::size_t done, std::size_t all)>& on_file) {
  return Inspector(files, directory, thoroughness).run(on_file);
}

}  // namespace oc::stores
