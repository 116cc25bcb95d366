#include "stores/logs/wal.h"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/log.h"
#include "stores/logs/encoding.h"

namespace oc::stores {

namespace {

constexpr std::string_view kFileMagic = "OCLOGWAL";
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kOldestVersion = 1;                       // the same, without ranges that were left out
constexpr std::size_t kFileHeaderBytes = 8 + 4 + 4 + 8 + 8;       // magic, version, reserved, salt, checksum
constexpr std::uint32_t kFrameMagic = 0x464C434F;                 // "OCLF"
constexpr std::uint32_t kAppendFrame = 1;                         // the only type so far
constexpr std::size_t kFrameHeaderBytes = 4 + 4 + 8 + 8 + 8 + 8;  // magic, type, length, arrival, checksum, its own

std::string frame_header(const WalFrame& frame, std::uint64_t salt) {
  std::string header;
  put_fixed(header, kFrameMagic);
  put_fixed(header, kAppendFrame);
  put_fixed<std::uint64_t>(header, frame.record.size());
  put_fixed(header, frame.first_arrival);
  put_fixed(header, frame.record_checksum);
  put_fixed(header, checksum(header, salt));
  return header;
}

// The frame at the start of `bytes`. The salt keeps bytes of another WAL that were logged as text from passing for one.
enum class FrameState { kWhole, kDamagedRecord, kNone };
FrameState parse_frame(std::string_view bytes, std::uint64_t salt, WalFrame& frame) {
  if (bytes.size() < kFrameHeaderBytes) return FrameState::kNone;
  ByteReader in(bytes);
  const auto magic = in.fixed<std::uint32_t>();
  const auto type = in.fixed<std::uint32_t>();
  const auto length = in.fixed<std::uint64_t>();
  frame.first_arrival = in.fixed<std::uint64_t>();
  frame.record_checksum = in.fixed<std::uint64_t>();
  const auto header_checksum = in.fixed<std::uint64_t>();
  if (magic != kFrameMagic || type != kAppendFrame) return FrameState::kNone;
  if (header_checksum != checksum(bytes.substr(0, kFrameHeaderBytes - 8), salt)) return FrameState::kNone;
  if (length > in.rest().size()) return FrameState::kNone;
  frame.record = in.raw(length);
  return checksum(frame.record) == frame.record_checksum ? FrameState::kWhole : FrameState::kDamagedRecord;
}

// Where the next frame that is intact starts, at or after `from`; npos: nowhere.
std::size_t find_frame(std::string_view bytes, std::size_t from, std::uint64_t salt) {
  const std::string_view magic(reinterpret_cast<const char*>(&kFrameMagic), sizeof kFrameMagic);
  for (std::size_t at = bytes.find(magic, from); at != bytes.npos; at = bytes.find(magic, at + 1)) {
    WalFrame frame;
    if (parse_frame(bytes.substr(at), salt, frame) == FrameState::kWhole) return at;
  }
  return bytes.npos;
}

// The salt, or nullopt where even the header is not whole: nothing was acknowledged then.
std::optional<std::uint64_t> parse_file_header(std::string_view bytes) {
  if (bytes.size() < kFileHeaderBytes) return std::nullopt;
  ByteReader in(bytes);
  const std::string_view magic = in.raw(kFileMagic.size());
  const auto version = in.fixed<std::uint32_t>();
  in.fixed<std::uint32_t>();
  const auto salt = in.fixed<std::uint64_t>();
  const auto expected = in.fixed<std::uint64_t>();
  if (magic != kFileMagic || version < kOldestVersion || version > kVersion) return std::nullopt;
  if (expected != checksum(bytes.substr(0, kFileHeaderBytes - 8))) return std::nullopt;
  return salt;
}

WalReplay read_frames(std::string_view bytes, std::uint64_t salt,
                      const std::function<void(const WalFrame&)>& on_frame) {
  WalReplay replay;
  std::size_t at = kFileHeaderBytes;
  while (at < bytes.size()) {
    WalFrame frame;
    if (parse_frame(bytes.substr(at), salt, frame) == FrameState::kWhole) {
      on_frame(frame);
      ++replay.frames;
      at += kFrameHeaderBytes + frame.record.size();
      continue;
    }
    const std::size_t next = find_frame(bytes, at + 1, salt);
    if (next == bytes.npos) {
      replay.torn_bytes = bytes.size() - at;
      break;
    }
    ++replay.damaged_frames;
    at = next;
  }
  return replay;
}

}  // namespace

Result<std::unique_ptr<WalWriter>> WalWriter::create(FileSystem& files, const std::filesystem::path& path) {
  OC_TRY_ASSIGN(auto file, files.create(path));
  const std::uint64_t salt = checksum(random_hex(16));
  std::unique_ptr<WalWriter> writer(new WalWriter(std::move(file), salt));
  OC_TRY(writer->write_header());
  OC_TRY(files.sync_directory(path.parent_path()));
  return writer;
}

Status WalWriter::write_header() {
  std::string header(kFileMagic);
  put_fixed(header, kVersion);
  put_fixed<std::uint32_t>(header, 0);
  put_fixed(header, salt_);
  put_fixed(header, checksum(header));
  const std::string_view piece(header);
  OC_TRY(file_->append(std::span(&piece, 1)));
  OC_TRY(file_->sync());
  durable_bytes_ = header.size();
  return {};
}

Status WalWriter::commit(std::span<const WalFrame> frames) {
  if (tail_is_dirty_) OC_TRY(repair_tail());
  if (auto written = write(frames); !written) {
    tail_is_dirty_ = true;
    // At once, so that a frame that was refused is not found by a later replay beside its retry.
    if (auto repaired = repair_tail(); !repaired) log::warn("WAL tail not repaired yet: {}", repaired.error().text());
    return written;
  }
  return {};
}

Status WalWriter::write(std::span<const WalFrame> frames) {
  std::vector<std::string> headers;
  std::vector<std::string_view> pieces;
  std::uint64_t bytes = 0;
  headers.reserve(frames.size());
  for (const WalFrame& frame : frames) {
    headers.push_back(frame_header(frame, salt_));
    pieces.insert(pieces.end(), {std::string_view(headers.back()), frame.record});
    bytes += headers.back().size() + frame.record.size();
  }
  OC_TRY(file_->append(pieces));
  OC_TRY(file_->sync());
  durable_bytes_ += bytes;
  return {};
}

Status WalWriter::repair_tail() {
  OC_TRY(file_->truncate(durable_bytes_));
  OC_TRY(file_->sync());
  tail_is_dirty_ = false;
  return {};
}

Result<WalReplay> read_wal(FileSystem& files, const std::filesystem::path& path,
                           const std::function<void(const WalFrame&)>& on_frame) {
  OC_TRY_ASSIGN(auto file, files.open(path));
  OC_TRY_ASSIGN(const std::uint64_t size, file->size());
  OC_TRY_ASSIGN(const std::string bytes, file->read(0, size));
  const auto salt = parse_file_header(bytes);
  if (!salt) {
    if (bytes.size() > kFileHeaderBytes)
      return permanent(fmt::format("{}: its header is damaged or of a newer version", path.string()),
                       "start a matching version of onecollector, or move the file away to go on without its rows");
    return WalReplay{.bytes = bytes.size(), .torn_bytes = bytes.size()};
  }
  WalReplay replay = read_frames(bytes, *salt, on_frame);
  replay.bytes = bytes.size();
  return replay;
}

Result<WalReplay> replay_wal(FileSystem& files, const std::filesystem::path& path,
                             const std::function<void(const WalFrame&)>& on_frame) {
  OC_TRY_ASSIGN(const WalReplay replay, read_wal(files, path, on_frame));
  if (replay.torn_bytes > 0) OC_TRY(files.truncate(path, replay.bytes - replay.torn_bytes));
  return replay;
}

}  // namespace oc::stores
