// The typed side of an activity: records in and out, listed once (contracts/record), from which come its schemas and
// the checks of its input. How to write one, with all that is needed:
//
//   struct StopCollectorInput { std::string agent_id; static constexpr auto fields() { … } };
//   struct StopCollectorOutput { bool was_running = false; static constexpr auto fields() { … } };
//
//   class StopCollector final : public TypedActivity<StopCollector, StopCollectorInput, StopCollectorOutput> {
//    public:
//     static constexpr std::string_view kName = "stop_collector_activity";
//     static constexpr std::string_view kDescription = "Stops an agent's collector";
//     explicit StopCollector(AgentManager& agents) : agents_(agents) {}
//     Result<Output> execute(const Input& input, const ActivityContext& context) override;
//
//    private:
//     AgentManager& agents_;
//   };
//
// then a line in activity_list.cc. A workflow calls it as `co_await run.activity<StopCollector>({agent_id})`.
#pragma once

#include "contracts/record/record.h"
#include "control_plane/activities/activity.h"

namespace oc::control_plane {

template <typename Self, contracts::Record In, contracts::Record Out>
class TypedActivity : public Activity {
 public:
  using Input = In;
  using Output = Out;

  std::string_view name() const final { return Self::kName; }
  std::string_view description() const final { return Self::kDescription; }
  Json input_schema() const final { return contracts::record_schema<In>(); }
  Json output_schema() const final { return contracts::record_schema<Out>(); }
  Result<Json> run(const Json& input, const ActivityContext& context) final {
    OC_TRY_ASSIGN(const In parsed, contracts::parse_record<In>(input));
    OC_TRY_ASSIGN(const Out output, execute(parsed, context));
    return contracts::write_record(output);
  }

  virtual Result<Out> execute(const In& input, const ActivityContext& context) = 0;
};

}  // namespace oc::control_plane
