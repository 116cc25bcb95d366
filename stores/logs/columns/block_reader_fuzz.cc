// Any bytes as a block of columns: an error, or rows; no crash, and no more memory than a block of its size may take.
// The directory comes uncompressed, so that what is wrong with it is found soon; short columns lie in it whole.
#include <cstdint>

#include "stores/logs/columns/block_reader.h"

namespace {

using namespace oc::stores;
using columns::RowSet;

// `u16 rows, u16 directory size`, the directory, the data.
constexpr std::uint64_t kMaxTextBytes = 4'096;

void read_everything(columns::BlockReader& block, std::string_view piece) {
  static_cast<void>(block.times());
  static_cast<void>(block.arrivals());
  for (const auto place :
       {columns::Place::kInside, columns::Place::kBegin, columns::Place::kEnd, columns::Place::kWhole})
    static_cast<void>(block.lines().find(piece, place));
  RowSet some(block.rows()), all(block.rows(), true);
  for (std::size_t i = 0; i < block.rows(); i += 19) some.add(i);
  for (const RowSet* rows : {&some, &all}) {
    static_cast<void>(block.times_of(*rows));
    static_cast<void>(block.arrivals(rows));
    std::vector<std::uint32_t> sizes(rows->count());
    static_cast<void>(block.lines().add_sizes(*rows, sizes));
    static_cast<void>(block.lines().pick(*rows));
    auto metadata = block.metadata(*rows);
    std::vector<oc::query::LabelView> own;
    for (std::size_t i = 0; metadata && i < rows->count(); ++i) {
      metadata->own(i, own);
      static_cast<void>(metadata->shared(i));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader in(std::string_view(reinterpret_cast<const char*>(data), size));
  const auto rows = in.fixed<std::uint16_t>();
  const std::string_view directory = in.raw(in.fixed<std::uint16_t>());
  if (!in.ok()) return 0;
  const std::string_view stretches = in.rest();
  const auto read = [&](std::uint64_t offset, std::uint64_t length) -> oc::Result<std::string> {
    return offset <= stretches.size() ? std::string(stretches.substr(offset, length)) : std::string();
  };
  auto block = columns::BlockReader::open(std::string(directory), read, rows % 2'048, kMaxTextBytes);
  if (block) read_everything(**block, "1");
  return 0;
}
