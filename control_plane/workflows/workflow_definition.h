// A workflow as the engine knows it: a name, a version of its code, and a way to begin it, whatever its types.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "contracts/record/record.h"
#include "control_plane/workflows/workflow.h"
#include "control_plane/workflows/workflow_context.h"

namespace oc::control_plane {

// One execution of the coroutine. Destroying it ends the coroutine where it stands.
class WorkflowBody {
 public:
  virtual ~WorkflowBody() = default;
  virtual void begin() = 0;  // to its first step, or its end
  virtual bool ended() const = 0;
  virtual Result<Json> outcome() const = 0;
};

struct WorkflowDefinition {
  std::string name;          // "collector_dynamic_reload_workflow"
  std::int64_t version = 0;  // counts up when the code asks for other steps than before
  std::function<Status(const Json& input)> check_input;
  // The context must outlive the body.
  std::function<Result<std::unique_ptr<WorkflowBody>>(WorkflowContext&, const Json& input)> make;
};

template <contracts::Record Out, contracts::Record In>
class TypedWorkflowBody final : public WorkflowBody {
 public:
  explicit TypedWorkflowBody(Workflow<Out> workflow) : workflow_(std::move(workflow)) {}
  void begin() override { workflow_.resume(); }
  bool ended() const override { return workflow_.ended(); }
  Result<Json> outcome() const override {
    const auto& result = workflow_.result();
    if (!result) return std::unexpected(result.error());
    return contracts::write_record(*result);
  }

 private:
  Workflow<Out> workflow_;
};

template <contracts::Record Out, contracts::Record In>
WorkflowDefinition define_workflow(std::string name, std::int64_t version,
                                   Workflow<Out> (*function)(WorkflowContext&, In)) {
  WorkflowDefinition definition{std::move(name), version, {}, {}};
  definition.check_input = [](const Json& input) -> Status {
    OC_TRY(contracts::parse_record<In>(input));
    return {};
  };
  definition.make = [function](WorkflowContext& context, const Json& input) -> Result<std::unique_ptr<WorkflowBody>> {
    OC_TRY_ASSIGN(In parsed, contracts::parse_record<In>(input));
    return std::make_unique<TypedWorkflowBody<Out, In>>(function(context, std::move(parsed)));
  };
  return definition;
}

}  // namespace oc::control_plane
