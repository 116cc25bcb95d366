// Lines of one column packed, unpacked and searched, in MB of lines a second; `ratio` is how many times smaller they
// get, `to_zstd19` how large they are next to what zstd -19 makes of the text.
#include <benchmark/benchmark.h>
#include <zstd.h>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/line_shapes.h"

namespace oc::stores::columns {
namespace {

constexpr std::size_t kBytes = 8 << 20;

struct Lines {
  explicit Lines(std::string_view shape) {
    LineShape next(shape);
    for (; bytes < kBytes; bytes += lines.back().size()) {
      lines.push_back(next.next());
      times.push_back(next.time_ns());
    }
    texts.assign(lines.begin(), lines.end());
  }
  std::size_t bytes = 0;
  std::vector<std::string> lines;
  std::vector<std::string_view> texts;
  std::vector<Nanos> times;
};

double zstd19_bytes(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines.lines) text += line + '\n';
  std::string out(ZSTD_compressBound(text.size()), '\0');
  return static_cast<double>(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 19));
}

void encode(benchmark::State& state, std::string_view shape) {
  const Lines lines(shape);
  StretchWriter writer;
  std::size_t size = 0;
  for (auto _ : state) {
    put_column({lines.texts, lines.times}, 0, writer);
    size = writer.finish().bytes.size();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(lines.bytes));
  state.counters["ratio"] = static_cast<double>(lines.bytes) / static_cast<double>(size);
  state.counters["to_zstd19"] = static_cast<double>(size) / zstd19_bytes(lines);
}

void read(benchmark::State& state, std::string_view shape, std::string_view piece) {
  const Lines lines(shape);
  StretchWriter writer;
  put_column({lines.texts, lines.times}, 0, writer);
  const StretchWriter::Finished written = writer.finish();
  std::size_t directory = 0;
  for (auto _ : state) {
    const std::string_view bytes(written.bytes);
    StretchReader reader(
        *decompress(bytes.substr(0, written.directory_bytes), written.raw_directory_bytes),
        [&](std::uint64_t offset, std::uint64_t size) -> Result<std::string> {
          return written.bytes.substr(written.directory_bytes + offset, size);
        },
        1 << 30);
    const ValueTimes times([&](const RowSet* some) -> Result<std::vector<Nanos>> {
      std::vector<Nanos> wanted;
      for_each_row(some, lines.times.size(), [&](std::size_t i) { wanted.push_back(lines.times[i]); });
      return wanted;
    });
    const auto column = read_column(reader, lines.lines.size(), times);
    if (piece.empty()) {
      benchmark::DoNotOptimize((*column->text())->size());
    } else {
      benchmark::DoNotOptimize(column->find(piece, Place::kInside)->count());
    }
    directory = written.directory_bytes;
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(lines.bytes));
  state.counters["directory_bytes"] = static_cast<double>(directory);
}

const bool kRegistered = [] {
  for (const std::string_view shape : LineShape::kShapes) {
    const std::string name(shape);
    benchmark::RegisterBenchmark(("encode/" + name).c_str(), encode, shape);
    benchmark::RegisterBenchmark(("decode/" + name).c_str(), read, shape, "");
    for (const char* piece : {"ERROR", "7942816", "size 344", "59d47572ec", ".99.101.", "no such words"})
      benchmark::RegisterBenchmark(("find/" + name + "/" + piece).c_str(), read, shape, piece);
  }
  return true;
}();

}  // namespace
}  // namespace oc::stores::columns
