#include "stores/logs/merge.h"

#include <algorithm>
#include <deque>
#include <numeric>
#include <utility>

#include "stores/logs/block_rows.h"
#include "stores/logs/part_file.h"

namespace oc::stores {

namespace {

// A part that is read stream by stream, in order of their labels. Runs mostly lie in that order, so a shared block is
// opened once.
class PartRuns {
 public:
  explicit PartRuns(std::shared_ptr<const Part> part) : part_(std::move(part)), order_(part_->streams().size()) {
    std::iota(order_.begin(), order_.end(), 0u);
    const auto labels = [this](std::uint32_t stream) -> const auto& { return part_->streams()[stream]->labels; };
    if (!std::ranges::is_sorted(order_, {}, labels)) std::ranges::sort(order_, {}, labels);
  }
  const Part& part() const { return *part_; }
  const StreamPtr* stream() const { return next_ == order_.size() ? nullptr : &part_->streams()[order_[next_]]; }
  void next_stream() { ++next_; }
  // Of the stream.
  std::span<const PartRun> runs() {
    const auto& all = part_->runs();
    if (next_run_ == all.size() || all[next_run_].stream != order_[next_])
      next_run_ = std::ranges::lower_bound(all, order_[next_], {}, &PartRun::stream) - all.begin();
    const std::size_t begin = next_run_;
    while (next_run_ < all.size() && all[next_run_].stream == order_[next_]) ++next_run_;
    return std::span(all).subspan(begin, next_run_ - begin);
  }
  // The rows before the run's first are passed.
  Result<std::shared_ptr<BlockRows>> open(const PartRun& run) {
    const PartBlock& block = part_->block_of(run);
    if (block_ != &block || next_row_ > run.first_row) {
      block_ = nullptr;
      OC_TRY_ASSIGN(rows_, BlockRows::open(*part_, block));
      block_ = &block;
      next_row_ = 0;
    }
    for (; next_row_ < run.first_row; ++next_row_) rows_->next();
    next_row_ += run.rows;
    return rows_;
  }

 private:
  std::shared_ptr<const Part> part_;
  std::vector<std::uint32_t> order_;  // the streams'
  std::size_t next_ = 0, next_run_ = 0;
  const PartBlock* block_ = nullptr;  // that was opened last
  std::shared_ptr<BlockRows> rows_;   // of it
  std::uint32_t next_row_ = 0;
};

// A run, and the part that it is read from.
struct Piece {
  PartRuns* part = nullptr;
  const PartRun* run = nullptr;
};

// The rows of some runs of one stream, in order within a run.
class StreamCursor {
 public:
  explicit StreamCursor(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

  Result<bool> advance() {
    while (rows_left_ == 0 || !rows_->next()) {
      if (next_ == pieces_.size()) return false;
      const auto& [part, run] = pieces_[next_++];
      OC_TRY_ASSIGN(rows_, part->open(*run));
      rows_left_ = run->rows;
    }
    --rows_left_;
    return true;
  }
  bool before(const StreamCursor& other) const {
    return std::pair(rows_->time_ns(), rows_->arrival()) < std::pair(other.rows_->time_ns(), other.rows_->arrival());
  }
  Result<bool> removed_by(const RowRemoval& removal, const query::Stream& stream,
                          std::vector<query::LabelView>& metadata) {
    metadata.clear();
    OC_TRY(rows_->own(metadata));
    add_shared(rows_->shared(), 0, metadata);
    return removal.removes(stream, {rows_->time_ns(), rows_->arrival(), rows_->line(), metadata});
  }
  Status write(PartWriter& writer, std::vector<query::LabelView>& own) {
    own.clear();
    OC_TRY(rows_->own(own));
    const std::string_view line = writer.keep(rows_->line());  // the cursor may leave its block before the writer
    return writer.add(rows_->time_ns(), rows_->arrival(), line, rows_->shared(), own);
  }

 private:
  std::vector<Piece> pieces_;
  std::size_t next_ = 0;
  std::shared_ptr<BlockRows> rows_;
  std::uint32_t rows_left_ = 0;  // of the run
};

using Cursors = std::vector<StreamCursor>;

// Blocks this large gain nothing by being packed again with others.
bool is_large(const PartBlock& block, std::size_t block_bytes) {
  return block.directory_bytes != 0 && block.runs == 1 && block.raw_bytes >= block_bytes / 2;
}

// Runs of a stream may overlap in time; those of a chain follow each other. Mostly there is one chain: parts that are
// merged are neighbours in time.
std::vector<std::vector<Piece>> chains(std::vector<Piece>& pieces) {
  std::ranges::sort(pieces, {}, [](const Piece& piece) { return piece.run->first_ns; });
  std::vector<std::vector<Piece>> chains;
  for (const Piece& piece : pieces) {
    const auto ended = [&](const auto& chain) { return chain.back().run->last_ns < piece.run->first_ns; };
    const auto chain = std::ranges::find_if(chains, ended);
    (chain != chains.end() ? *chain : chains.emplace_back()).push_back(piece);
  }
  return chains;
}

// One stream of the parts on its way into the new one. Large blocks are taken over as they are, the rows of the others
// become new blocks. A stream of which no row is left does not appear.
class StreamMerge {
 public:
  StreamMerge(PartWriter& writer, std::size_t block_bytes, const std::stop_token& stop, const RowRemoval* removal)
      : writer_(writer), block_bytes_(block_bytes), stop_(stop), removal_(removal) {}

  // The parts have come to the stream.
  Status run(StreamPtr stream, std::span<PartRuns* const> parts) {
    stream_ = std::move(stream);
    begun_ = false;
    small_.clear();
    for (PartRuns* part : parts) {
      for (const PartRun& run : part->runs()) {
        const PartBlock& block = part->part().block_of(run);
        if (is_large(block, block_bytes_) && !may_lose_rows(block))
          OC_TRY(take_over(part->part(), block));
        else
          small_.push_back({part, &run});
      }
    }
    Cursors cursors;
    for (auto& chain : chains(small_)) cursors.emplace_back(std::move(chain));
    return merge_rows(std::move(cursors));
  }

 private:
  bool may_lose_rows(const PartBlock& block) const {
    return removal_ != nullptr && removal_->concerns(*stream_, block.bounds.first_ns, block.bounds.last_ns);
  }
  Status begin() { return std::exchange(begun_, true) ? Status() : writer_.begin_stream(stream_->labels); }
  Status go_on() const { return stop_.stop_requested() ? retryable("the merge was stopped") : Status(); }

  Status take_over(const Part& part, const PartBlock& block) {
    OC_TRY(go_on());
    OC_TRY(begin());
    OC_TRY_ASSIGN(const std::string bytes, part.read_stored(block));
    return writer_.copy(block, bytes);
  }

  Status merge_rows(Cursors cursors) {
    const auto advance = [&](std::size_t i) -> Status {
      OC_TRY_ASSIGN(const bool more, cursors[i].advance());
      if (!more) cursors.erase(cursors.begin() + i);
      return {};
    };
    for (std::size_t i = cursors.size(); i-- > 0;) OC_TRY(advance(i));
    while (!cursors.empty()) {
      OC_TRY(go_on());
      const auto first = std::ranges::min_element(cursors, [](const auto& a, const auto& b) { return a.before(b); });
      bool removed = false;
      if (removal_ != nullptr) {
        OC_TRY_ASSIGN(removed, first->removed_by(*removal_, *stream_, own_));
      }
      if (!removed) {
        OC_TRY(begin());
        OC_TRY(first->write(writer_, own_));
      }
      OC_TRY(advance(first - cursors.begin()));
    }
    return {};
  }

  PartWriter& writer_;
  const std::size_t block_bytes_;
  const std::stop_token& stop_;
  const RowRemoval* removal_;
  StreamPtr stream_;
  std::vector<Piece> small_;  // kept between streams for their memory, as is the next
  std::vector<query::LabelView> own_;
  bool begun_ = false;
};

// Of those that the parts have come to; null: they are through.
const StreamPtr* first_stream(const std::deque<PartRuns>& parts) {
  const StreamPtr* first = nullptr;
  for (const PartRuns& part : parts)
    if (const StreamPtr* stream = part.stream();
        stream != nullptr && stream != first &&
        (first == nullptr || (*stream != *first && (*stream)->labels < (*first)->labels)))
      first = stream;
  return first;
}

Status merge_into(PartWriter& writer, std::span<const std::shared_ptr<const Part>> parts, std::size_t block_bytes,
                  const std::stop_token& stop, const RowRemoval* removal) {
  std::deque<PartRuns> readers(parts.begin(), parts.end());
  StreamMerge merge(writer, block_bytes, stop, removal);
  std::vector<PartRuns*> having;
  while (const StreamPtr* first = first_stream(readers)) {
    having.clear();
    for (PartRuns& reader : readers)
      if (reader.stream() != nullptr && *reader.stream() == *first) having.push_back(&reader);
    OC_TRY(merge.run(*first, having));
    for (PartRuns* reader : having) reader->next_stream();
  }
  return {};
}

}  // namespace

Result<PartSummary> merge_parts(FileSystem& files, const std::filesystem::path& path,
                                std::span<const std::shared_ptr<const Part>> parts, std::size_t block_bytes,
                                std::stop_token stop, const RowRemoval* removal) {
  return write_part_file(files, path, block_bytes,
                         [&](PartWriter& writer) { return merge_into(writer, parts, block_bytes, stop, removal); });
}

}  // namespace oc::stores
