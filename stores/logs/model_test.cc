// A store under random appends, re-deliveries, seals, merges, removals, faults, restarts and crashes holds exactly what
// a list in memory says it must.
#include <random>

#include <gtest/gtest.h>

#include "stores/logs/log_store.h"
#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

class RandomRun {
 public:
  explicit RandomRun(unsigned seed) : random_(seed) { open(); }

  void step() {
    switch (pick(20)) {
      case 0:
        return seal();
      case 1:
        return maintain();
      case 2:
        return restart();
      case 3:
        return crash();
      case 4:
        return files_.fill_disk_after(pick(4000));
      case 5:
        return files_.empty_disk();
      case 6:
        return files_.fail_syncs(pick(2) == 0);
      case 7:
        return remove();
      default:
        return append();
    }
  }
  void check() {
    auto expected = acknowledged_;
    std::ranges::sort(expected);
    ASSERT_EQ(sorted_rows(*store_), expected);
    contracts::RangeSet held, left_out;
    for (const auto& mark : store_->watermarks("default", {})) {
      held.add(mark.held);
      left_out.add(mark.left_out);
    }
    ASSERT_EQ(held, held_);
    ASSERT_EQ(left_out, left_out_);
  }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

  void open() {
    store_.reset();
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    options.head_bytes = 3000;
    options.block_bytes = 300;
    options.retention_time = std::chrono::hours(1'000'000);
    auto opened = LogStore::open(options, metrics_, files_, clock_);
    ASSERT_TRUE(opened) << opened.error().text();
    store_ = std::move(*opened);
  }

  TestRow random_row() {
    const std::string app = "app" + std::to_string(pick(3));
    TestRow row{{{"service_name", app}},
                static_cast<Nanos>(pick(1000)),
                std::string(pick(120), static_cast<char>('a' + pick(26)))};
    if (pick(2) == 0) row.metadata = {{"host", std::to_string(pick(3))}, {"trace", std::to_string(random_())}};
    return row;
  }

  // Half of the requests are the next or an earlier piece of a file, whose rows must be stored once however often sent.
  void append() {
    if (pick(2) == 0) return append_piece();
    std::vector<TestRow> rows;
    for (unsigned i = 0; i < 1 + pick(5); ++i) rows.push_back(random_row());
    send(rows, {}, rows);
  }

  void append_piece() {
    const std::uint64_t start = pick(static_cast<unsigned>(file_rows_.size()) + 1);
    const std::uint64_t end = start + 1 + pick(4);
    while (file_rows_.size() < end) {
      file_rows_.push_back(random_row());
      file_rows_.back().offset = file_rows_.size() - 1;
    }
    // Now and then some of its rows are left out; they come with a later request about the same piece, or never.
    contracts::DeliveredFile file{"source", "file", {}, {}};
    std::vector<TestRow> rows, fresh;
    for (std::uint64_t at = start; at < end; ++at) {
      const bool carried = pick(3) > 0;
      (carried ? file.ranges : file.left_out).push_back({at, at + 1});
      if (carried) rows.push_back(file_rows_[at]);
      if (carried && !held_.contains(at)) fresh.push_back(file_rows_[at]);
    }
    if (!send(rows, {file}, fresh)) return;
    for (const auto& range : file.ranges) held_.add(range);
    for (const auto& range : file.left_out) left_out_.add(range);
    left_out_.remove(held_);
  }

  bool send(const std::vector<TestRow>& rows, std::vector<contracts::DeliveredFile> files, std::vector<TestRow> fresh) {
    const auto appended = store_->append(TestBatch(rows, std::move(files)).batch());
    if (!appended) {
      EXPECT_TRUE(appended.error().retryable());
      return false;
    }
    EXPECT_EQ(appended->stored, fresh.size());
    for (TestRow& row : fresh) row.offset = 0;  // not part of what a scan gives back
    acknowledged_.insert(acknowledged_.end(), fresh.begin(), fresh.end());
    return true;
  }

  // With faults switched on these may fail; what is stored must not change either way.
  void seal() { (void)store_->seal(); }
  void maintain() { (void)store_->maintain(); }

  // After a fault some of the rows may be gone, so it is done again until all are.
  void remove() {
    const std::string app = "app" + std::to_string(pick(3));
    const Nanos before = static_cast<Nanos>(pick(1000));
    const auto of_app = [&](const query::Labels& labels) { return labels[0].second == app; };
    const RowRemoval removal{
        .concerns = [&](const query::Stream& stream, Nanos first_ns,
                        Nanos) { return of_app(stream.labels) && first_ns < before; },
        .removes = [&](const query::Stream& stream,
                       const query::Row& row) { return of_app(stream.labels) && row.time_ns < before; }};
    if (!store_->remove_rows(removal)) {
      if (pick(2) == 0) crash();
      repair_disk();
      ASSERT_TRUE(store_->remove_rows(removal));
    }
    std::erase_if(acknowledged_, [&](const TestRow& row) { return of_app(row.labels) && row.time_ns < before; });
  }

  void repair_disk() {
    files_.empty_disk();
    files_.fail_syncs(false);
  }
  void restart() {
    repair_disk();
    open();
  }
  void crash() {
    files_.power_off();
    store_.reset();
    files_.crash(random_);
    open();
  }

  std::mt19937 random_;
  SimulatedFileSystem files_;
  ManualClock clock_{1'000'000'000'000};
  MetricRegistry metrics_;
  std::unique_ptr<LogStore> store_;
  std::vector<TestRow> acknowledged_;
  std::vector<TestRow> file_rows_;
  contracts::RangeSet held_, left_out_;
};

TEST(LogStoreModelTest, RandomRunsHoldExactlyWhatWasAcknowledged) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    RandomRun run(seed);
    for (int step = 0; step < 150; ++step) {
      run.step();
      if (step % 10 == 9) run.check();
      if (::testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace oc::stores
