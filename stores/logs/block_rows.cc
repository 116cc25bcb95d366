#include "stores/logs/block_rows.h"

namespace oc::stores {

namespace {

class RowsOfRowBlock final : public BlockRows {
 public:
  static Result<std::unique_ptr<BlockRows>> open(const Part& part, const PartBlock& block) {
    auto rows = std::make_unique<RowsOfRowBlock>();
    OC_TRY_ASSIGN(rows->bytes_, part.read_rows(block));
    OC_TRY_ASSIGN(rows->reader_, RowBlockReader::open(rows->bytes_, 0));
    // All of them before any is used: a block that is malformed further on must not be half taken over.
    RowBlockReader ahead = *rows->reader_;
    for (StoredRow row; ahead.next(row);) continue;
    if (!ahead.ok()) return permanent("malformed row block");
    return rows;
  }
  bool next() override { return reader_->next(row_); }
  Nanos time_ns() const override { return row_.time_ns; }
  std::uint64_t arrival() const override { return row_.arrival; }
  std::string_view line() const override { return row_.line; }
  Metadata shared() const override { return reader_->shared(row_); }
  Status own(std::vector<query::LabelView>& out) override {
    return reader_->own(row_, out) ? Status() : permanent("malformed metadata");
  }

 private:
  std::string bytes_;
  std::optional<RowBlockReader> reader_;
  StoredRow row_;
};

class RowsOfColumns final : public BlockRows {
 public:
  static Result<std::unique_ptr<BlockRows>> open(const Part& part, const PartBlock& block) {
    auto rows = std::make_unique<RowsOfColumns>();
    OC_TRY_ASSIGN(rows->block_, part.open_columns(block, Part::Reading::kWhole));
    if (auto loaded = rows->load(); !loaded) return in_context(std::move(loaded).error(), part.where(block));
    return rows;
  }
  bool next() override { return next_++ < arrivals_.size(); }
  Nanos time_ns() const override { return (*times_)[next_ - 1]; }
  std::uint64_t arrival() const override { return arrivals_[next_ - 1]; }
  std::string_view line() const override { return (*lines_)[next_ - 1]; }
  Metadata shared() const override { return metadata_.shared(next_ - 1); }
  Status own(std::vector<query::LabelView>& out) override {
    metadata_.own(next_ - 1, out);
    return {};
  }

 private:
  Status load() {
    OC_TRY_ASSIGN(times_, block_->times());
    OC_TRY_ASSIGN(arrivals_, block_->arrivals());
    OC_TRY_ASSIGN(lines_, block_->lines().text());
    OC_TRY_ASSIGN(metadata_, block_->metadata(columns::RowSet(block_->rows(), true)));
    return {};
  }
  std::unique_ptr<columns::BlockReader> block_;
  const std::vector<Nanos>* times_ = nullptr;
  std::vector<std::uint64_t> arrivals_;
  const columns::TextColumn* lines_ = nullptr;
  columns::BlockMetadata metadata_;
  std::size_t next_ = 0;
};

}  // namespace

Result<std::unique_ptr<BlockRows>> BlockRows::open(const Part& part, const PartBlock& block) {
  return block.directory_bytes == 0 ? RowsOfRowBlock::open(part, block) : RowsOfColumns::open(part, block);
}

}  // namespace oc::stores
