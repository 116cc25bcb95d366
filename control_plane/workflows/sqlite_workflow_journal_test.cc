#include "control_plane/workflows/sqlite_workflow_journal.h"

#include <gtest/gtest.h>

#include "base/temporary_directory.h"
#include "control_plane/registry/sqlite_registry.h"

namespace oc::control_plane {
namespace {

RunRecord run(const std::string& id, RunState state = RunState::kRunning) {
  RunRecord record;
  record.run_id = id;
  record.workflow = "w";
  record.key = id;
  record.state = state;
  record.input = "{}";
  record.started_at_ns = 1;
  record.finished_at_ns = state == RunState::kRunning ? 0 : 2;
  return record;
}
StepRecord step(const std::string& run_id, std::int64_t position, std::int64_t epoch = 1) {
  StepRecord record;
  record.run_id = run_id;
  record.epoch = epoch;
  record.position = position;
  record.name = "s";
  record.input = "{}";
  return record;
}

class JournalTest : public testing::Test {
 protected:
  TemporaryDirectory folder_;
  SqliteRegistry registry_ = std::move(*SqliteRegistry::open(folder_ / "control-plane.db"));
  SqliteWorkflowJournal journal_{registry_.connections()};
};

TEST_F(JournalTest, GivesBackWhatWasWritten) {
  auto failed = run("a", RunState::kFailed);
  failed.error = Error{Error::Kind::kRetryable, "no", "try"};
  failed.cancel_requested = true;
  auto done = step("a", 0);
  done.kind = StepKind::kSignal;
  done.state = StepState::kCompleted;
  done.output = {{"x", 1}};
  done.due_at_ns = 7;
  ASSERT_TRUE(journal_.write({{failed}, {done}, {{"s1", "a", "n", {{"y", 2}}, 3, false}}}));
  const auto read = journal_.find_run("a").value();
  ASSERT_TRUE(read);
  EXPECT_EQ(to_json(*read), to_json(failed));
  EXPECT_EQ(to_json(journal_.steps("a")->at(0)), to_json(done));
  EXPECT_EQ(journal_.untaken_signals("a")->at(0).data.dump(), R"({"y":2})");
}

TEST_F(JournalTest, AWriteIsAllOrNothing) {
  auto same_key = run("b");
  same_key.key = "a";
  EXPECT_FALSE(journal_.write({{run("a"), same_key}, {}, {}})) << "two running runs of one key";
  EXPECT_TRUE(journal_.running()->empty());
}

TEST_F(JournalTest, PagesAreNewestFirstAndFiltered) {
  ASSERT_TRUE(journal_.write({{run("a"), run("b", RunState::kFailed), run("c"), run("d", RunState::kFailed)}, {}, {}}));
  const auto first = journal_.runs({}, 0, 3).value();
  ASSERT_EQ(first.runs.size(), 3u);
  EXPECT_EQ(first.runs[0].run_id, "d");
  ASSERT_TRUE(first.next);
  const auto second = journal_.runs({}, *first.next, 3).value();
  ASSERT_EQ(second.runs.size(), 1u);
  EXPECT_FALSE(second.next);
  EXPECT_EQ(journal_.runs({RunState::kFailed, "w"}, 0, 9)->runs.size(), 2u);
  EXPECT_TRUE(journal_.runs({RunState::kFailed, "other"}, 0, 9)->runs.empty());
}

TEST_F(JournalTest, ABeginningOfAnIdIsEnough) {
  ASSERT_TRUE(journal_.write({{run("ab1"), run("ab2"), run("b")}, {}, {}}));
  EXPECT_EQ(journal_.look_up("ab", 5)->size(), 2u);
  EXPECT_EQ(journal_.look_up("ab2", 5)->size(), 1u);
  EXPECT_TRUE(journal_.look_up("x", 5)->empty());
}

TEST_F(JournalTest, OfFinishedRunsTheNewestStayAndRunningOnesAlwaysDo) {
  JournalWrites writes;
  writes.runs.push_back(run("running"));
  for (std::int64_t i = 0; i < kKeptFinishedRuns + 50; ++i) {
    auto finished = run("r" + std::to_string(i), RunState::kCompleted);
    finished.finished_at_ns = 100 + i;
    writes.runs.push_back(finished);
    writes.steps.push_back(step(finished.run_id, 0));
  }
  ASSERT_TRUE(journal_.write(writes));
  EXPECT_EQ(journal_.runs({RunState::kCompleted, ""}, 0, 10'000)->runs.size(), kKeptFinishedRuns);
  EXPECT_FALSE(*journal_.find_run("r0"));
  EXPECT_TRUE(journal_.steps("r0")->empty());
  EXPECT_TRUE(*journal_.find_run("r50"));
  EXPECT_TRUE(*journal_.find_run("running"));
}

TEST_F(JournalTest, OfARunThePresentEpochAndTheOneBeforeAreKept) {
  auto record = run("a");
  ASSERT_TRUE(journal_.write({{record}, {step("a", 0, 1), step("a", 0, 2)}, {}}));
  record.epoch = 3;
  ASSERT_TRUE(journal_.write({{record}, {}, {}}));
  ASSERT_EQ(journal_.steps("a")->size(), 1u);
  EXPECT_EQ(journal_.steps("a")->at(0).epoch, 2);
}

}  // namespace
}  // namespace oc::control_plane
