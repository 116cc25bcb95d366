// What the engine adds to a step, on this machine's disk, next to what a durable write costs alone. The target is at
// most 5 ms a step.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/temporary_directory.h"
#include "control_plane/activities/typed_activity.h"
#include "control_plane/registry/sqlite_registry.h"
#include "control_plane/workflows/sqlite_workflow_journal.h"
#include "control_plane/workflows/workflow_engine.h"

namespace oc::control_plane {
namespace {

constexpr std::int64_t kSteps = 20;  // a run

struct NothingInput {
  std::int64_t number = 0;
  static constexpr auto fields() { return std::tuple(contracts::required("number", &NothingInput::number, "Any")); }
};

class Nothing final : public TypedActivity<Nothing, NothingInput, NothingInput> {
 public:
  static constexpr std::string_view kName = "nothing_activity";
  static constexpr std::string_view kDescription = "Does nothing";
  Result<NothingInput> execute(const NothingInput& input, const ActivityContext&) override { return input; }
};

Workflow<NothingInput> many_steps(WorkflowContext& run, NothingInput input) {
  for (std::int64_t i = 0; i < kSteps; ++i) input = co_await run.activity<Nothing>({i});
  co_return input;
}

// `range`: runs at once.
void steps(benchmark::State& state) {
  const TemporaryDirectory folder;
  auto registry = SqliteRegistry::open(folder / "control-plane.db");
  SqliteWorkflowJournal journal(registry->connections());
  ActivityList activities;
  ActivityRunner runner;
  MetricRegistry metrics;
  (void)activities.add(std::make_unique<Nothing>());
  WorkflowEngine engine({journal, activities, runner, nullptr, metrics});
  (void)engine.register_workflow("many_steps", 1, &many_steps);
  (void)engine.resume();
  for (auto _ : state) {
    std::vector<std::string> ids;
    for (std::int64_t i = 0; i < state.range(0); ++i)
      ids.push_back(engine.start("many_steps", "", {{"number", 0}})->run_id);
    for (const auto& id : ids) (void)engine.wait(id, std::chrono::minutes(1));
  }
  const auto done = static_cast<double>(state.iterations() * state.range(0) * kSteps);
  state.counters["seconds_a_step"] =
      benchmark::Counter(done, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(steps)->Arg(1)->Arg(100)->UseRealTime()->Unit(benchmark::kMillisecond);

void fsync_of_4_kib(benchmark::State& state) {
  const TemporaryDirectory folder;
  const int file = ::open((folder / "file").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  const std::string block(4096, 'x');
  for (auto _ : state) {
    if (::write(file, block.data(), block.size()) < 0 || ::fdatasync(file) != 0) state.SkipWithError("disk");
  }
  ::close(file);
}
BENCHMARK(fsync_of_4_kib)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace oc::control_plane
