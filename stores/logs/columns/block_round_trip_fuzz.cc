// Any rows come out of a block of columns as they went in, and any piece is found in exactly the lines that hold it.
#include <cstdint>
#include <cstdlib>

#include "stores/logs/columns/block_reader.h"
#include "stores/logs/columns/block_writer.h"

namespace {

using namespace oc::stores;

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

// The first line is the piece that is looked for; each other line is written several times, so that there is something
// to be found in common.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto lines = split_lines(std::string_view(reinterpret_cast<const char*>(data), size));
  if (lines.empty()) return 0;
  const std::string_view piece = lines.front();
  const std::size_t different = lines.size();
  for (std::size_t i = 0; i < 9 * different; ++i) lines.push_back(lines[i % different]);
  columns::BlockWriter writer;
  oc::Nanos time = 0;
  for (const std::string_view line : lines) {
    const std::vector<oc::query::LabelView> own = {{"begin", line.substr(0, 1)}, {"n", line}};
    writer.add(time, static_cast<std::uint64_t>(time), line, {}, own);
    time += static_cast<oc::Nanos>(line.size() * line.size());
  }
  const auto block = writer.finish();
  const std::string_view bytes(block.written.bytes);
  const std::string_view stretches = bytes.substr(block.written.directory_bytes);
  const auto read = [&](std::uint64_t offset, std::uint64_t length) -> oc::Result<std::string> {
    return std::string(stretches.substr(offset, length));
  };
  auto directory =
      columns::decompress(bytes.substr(0, block.written.directory_bytes), block.written.raw_directory_bytes);
  require(directory.has_value());
  auto reader = columns::BlockReader::open(std::move(*directory), read, block.bounds.rows, block.text_bytes);
  require(reader.has_value());
  const auto found = (*reader)->lines().find(piece, columns::Place::kInside);
  std::vector<std::uint32_t> sizes(lines.size());
  require((*reader)->lines().add_sizes(columns::RowSet(lines.size(), true), sizes).has_value());
  const auto text = (*reader)->lines().text();
  auto metadata = (*reader)->metadata(columns::RowSet(lines.size(), true));
  require(found && text && metadata);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::vector<oc::query::LabelView> own;
    metadata->own(i, own);
    require((**text)[i] == lines[i] && sizes[i] == lines[i].size() && own.size() == 2);
    require(own[0].second == lines[i].substr(0, 1) && own[1].second == lines[i]);
    require(found->contains(i) == (lines[i].find(piece) != std::string_view::npos));
  }
  return 0;
}
