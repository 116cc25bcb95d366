#include "collector/receivers/file_log/unzipped_file.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <unistd.h>
#include <zlib.h>

namespace oc::collector {

namespace {
constexpr std::size_t kStep = 64 << 10;
constexpr int kGzipOnly = 16 + MAX_WBITS;
}  // namespace

struct UnzippedFile::Inflating {
  z_stream stream{};
  std::array<unsigned char, kStep> input;

  Inflating() { ::inflateInit2(&stream, kGzipOnly); }
  ~Inflating() { ::inflateEnd(&stream); }
  Inflating(const Inflating&) = delete;
  Inflating& operator=(const Inflating&) = delete;
};

bool is_gzip(int fd) {
  unsigned char magic[2];
  return ::pread(fd, magic, sizeof magic, 0) == sizeof magic && magic[0] == 0x1F && magic[1] == 0x8B;
}

UnzippedFile::UnzippedFile() = default;
UnzippedFile::~UnzippedFile() = default;

void UnzippedFile::begin_again() {
  state_.reset();
  read_ = unzipped_ = 0;
  kept_ = {};
  damage_ = nullptr;
}

ssize_t UnzippedFile::read_at(int fd, char* out, std::size_t size, std::uint64_t offset) {
  if (offset < unzipped_ - kept_.size()) begin_again();
  failed_ = false;
  std::size_t done = 0;
  while (done < size) {
    const std::uint64_t first = unzipped_ - kept_.size(), at = offset + done;
    if (at < unzipped_) {
      const auto from = static_cast<std::size_t>(at - first);
      const auto count = std::min(size - done, kept_.size() - from);
      std::memcpy(out + done, kept_.data() + from, count);
      done += count;
    } else if (!unzip_some(fd)) {
      break;
    }
  }
  return failed_ && done == 0 ? -1 : static_cast<ssize_t>(done);
}

// False: there is nothing more, for now or because of what is wrong.
bool UnzippedFile::unzip_some(int fd) {
  if (!state_) state_ = std::make_unique<Inflating>();
  auto& stream = state_->stream;
  if (damage_) return false;
  if (stream.avail_in == 0) {
    const auto got = ::pread(fd, state_->input.data(), state_->input.size(), static_cast<off_t>(read_));
    failed_ = got < 0;
    if (got <= 0) return false;
    read_ += static_cast<std::uint64_t>(got);
    stream.next_in = state_->input.data();
    stream.avail_in = static_cast<unsigned>(got);
  }
  if (kept_.size() > kKept) kept_.erase(0, kept_.size() - kKept);
  const auto before = kept_.size();
  kept_.resize(before + kStep);
  stream.next_out = reinterpret_cast<unsigned char*>(kept_.data() + before);
  stream.avail_out = kStep;
  const int result = ::inflate(&stream, Z_NO_FLUSH);
  kept_.resize(before + kStep - stream.avail_out);
  unzipped_ += kept_.size() - before;
  if (result == Z_STREAM_END) {
    ::inflateReset(&stream);
  } else if (result != Z_OK && result != Z_BUF_ERROR) {
    damage_ = stream.msg ? stream.msg : "it is no gzip";
  }
  return true;
}

}  // namespace oc::collector
