// A block's bytes: a directory, which says what its columns are and is read first, and stretches of data, each loaded
// only when somebody asks for its column (FORMAT.md, "Column block").
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "stores/logs/encoding.h"

struct ZSTD_CCtx_s;  // zstd's name for what its callers call ZSTD_CCtx

namespace oc::stores::columns {

class RecurringValuesReader;

class StretchWriter {
 public:
  // Hardly looks for repeats: numbers gain by how often their bytes occur, and nothing else.
  static constexpr int kNumberLevel = -50;
  static constexpr int kTextLevel = 3;

  StretchWriter();
  std::string& directory() { return directory_; }
  void put_number(std::uint64_t value) { put_varint(directory_, value); }
  void put_text(std::string_view bytes) { put_bytes(directory_, bytes); }

  // A stretch before it is written.
  struct Packed {
    std::string bytes;
    std::uint64_t raw_bytes = 0;
    bool compressed = false;
  };
  // Stays as it is where compression gains nothing.
  Packed pack(std::string bytes, int level);
  // Adds a stretch and what is needed to find it to the directory.
  void put_stretch(const Packed& packed);
  void put_stretch(std::string bytes, int level) { put_stretch(pack(std::move(bytes), level)); }
  // One that stays as it is, and whose size the reader knows.
  void put_plain_stretch(std::string_view bytes);

  // What is put in between has a directory of its own, a stretch behind its data.
  void begin_inner();
  void end_inner();

  struct Finished {
    std::string bytes;  // the compressed directory, then the stretches
    std::uint64_t directory_bytes = 0;
    std::uint64_t raw_directory_bytes = 0;
  };
  // The writer is empty again.
  Finished finish();

 private:
  std::string compress(std::string_view bytes, int level);

  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
  std::string directory_, data_;
  std::string outer_;            // while there is an inner directory
  std::size_t inner_begin_ = 0;  // of its data
};

struct Stretch {
  enum class Coding : std::uint8_t { kInDirectory, kRaw, kZstd };
  Coding coding = Coding::kInDirectory;
  std::uint64_t raw_bytes = 0;
  std::uint64_t offset = 0;  // from the begin of the data
  std::uint64_t stored_bytes = 0;
  std::uint32_t checksum = 0;  // the low half of XXH3-64
  std::string_view in_directory;
};

// Reads `size` bytes of the block's stretches.
using ReadBytes = std::function<Result<std::string>(std::uint64_t offset, std::uint64_t size)>;

// The bytes of a few stretches, by their number.
struct LoadedStretches {
  static constexpr std::size_t kMost = 8;
  std::array<std::string_view, kMost>
      bytes;  // in the directory, or in what follows, whose bytes moving leaves in place
  std::string stored;
  std::array<std::string, kMost> unpacked;
};

// What the columns of one open block share. Used by one thread.
class StretchReader {
 public:
  // `budget_bytes`: what all columns together may take in memory; a block that claims more is malformed.
  StretchReader(std::string directory, ReadBytes read, std::uint64_t budget_bytes, std::uint64_t first_offset = 0)
      : directory_(std::move(directory)),
        in_(directory_),
        read_(std::move(read)),
        next_offset_(first_offset),
        limit_(budget_bytes),
        budget_(budget_bytes) {}
  StretchReader(const StretchReader&) = delete;
  StretchReader& operator=(const StretchReader&) = delete;

  ByteReader& directory() { return in_; }
  // Of what has a directory of its own.
  struct Inner {
    std::uint64_t first_offset = 0;
    Stretch directory;
  };
  Inner next_inner();
  // With the same bytes and as large a budget; an error is permanent.
  Result<std::unique_ptr<StretchReader>> open(const Inner& inner);
  Stretch next_stretch();
  Stretch next_plain_stretch(std::uint64_t bytes);
  // `expected_bytes` is what the caller knows the raw size to be.
  Result<std::string> load(const Stretch& stretch, std::uint64_t expected_bytes);
  // Of stretches that lie one behind the other, all of that size, read at once.
  Result<LoadedStretches> load(std::span<const Stretch> stretches, std::uint64_t expected_bytes);
  // Before memory of this size is taken: for good, or for a while.
  Status charge(std::uint64_t bytes);
  Status allow(std::uint64_t bytes) const;
  // What columns may refer to; null: the block has none. It must stay as long as they are used.
  RecurringValuesReader* recurring() const { return recurring_; }
  void set_recurring(RecurringValuesReader* recurring) { recurring_ = recurring; }

 private:
  Stretch next_in_data(Stretch::Coding coding, std::uint64_t raw_bytes, std::uint64_t stored_bytes);
  Result<std::string> read_stored(std::span<const Stretch> stretches) const;

  std::string directory_;
  ByteReader in_;
  ReadBytes read_;
  std::uint64_t next_offset_;
  std::uint64_t limit_, budget_;
  RecurringValuesReader* recurring_ = nullptr;
};

Result<std::string> decompress(std::string_view bytes, std::uint64_t raw_bytes);

}  // namespace oc::stores::columns
