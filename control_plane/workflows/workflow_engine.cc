#include "control_plane/workflows/workflow_engine.h"

#include <fmt/format.h>

#include "contracts/config/suggestion.h"
#include "control_plane/workflows/engine_loop.h"

namespace oc::control_plane {

namespace {

// Names and keys stand in indexes and tables; nobody reads longer ones.
constexpr std::size_t kMaxNameBytes = 256;

Status check_name(const std::string& what, const std::string& name) {
  if (name.size() <= kMaxNameBytes) return {};
  return permanent(fmt::format("{} has {} bytes, at most {} are taken", what, name.size(), kMaxNameBytes));
}

Result<std::string> checked_text(const std::string& what, const Json& json) {
  auto text = json_text(json);
  if (text.size() <= kMaxJournaledBytes) return text;
  return permanent(fmt::format("{} is {} bytes of JSON, the journal takes {}", what, text.size(), kMaxJournaledBytes),
                   "send an id, and keep the content where the id leads");
}

}  // namespace

WorkflowEngine::WorkflowEngine(const Parts& parts) : loop_(std::make_unique<Loop>(parts)) {}
WorkflowEngine::~WorkflowEngine() = default;

Status WorkflowEngine::add(WorkflowDefinition definition) { return loop_->add(std::move(definition)); }
Status WorkflowEngine::resume() { return loop_->resume(); }
void WorkflowEngine::stop() { loop_->stop(); }

std::vector<std::string> WorkflowEngine::workflows() const {
  std::vector<std::string> names;
  for (const auto& [name, definition] : loop_->definitions()) names.push_back(name);
  return names;
}

Result<StartedRun> WorkflowEngine::start(const std::string& workflow, const std::string& key, const Json& input) {
  return begin(workflow, key, input, std::nullopt);
}

Result<StartedRun> WorkflowEngine::start_with_signal(const std::string& workflow, const std::string& key,
                                                     const Json& input, const std::string& signal, const Json& data) {
  OC_TRY(check_name("the signal's name", signal));
  OC_TRY(checked_text("the signal's data", data));
  return begin(workflow, key, input, std::pair(signal, data));
}

Result<StartedRun> WorkflowEngine::begin(const std::string& workflow, const std::string& key, const Json& input,
                                         std::optional<std::pair<std::string, Json>> signal) {
  const auto& definitions = loop_->definitions();
  const auto definition = definitions.find(workflow);
  if (definition == definitions.end()) {
    std::vector<std::string_view> names;
    for (const auto& [name, known] : definitions) names.push_back(name);
    return permanent(fmt::format("no workflow is called \"{}\"", workflow), contracts::suggestion(workflow, names));
  }
  OC_TRY(check_name("the key", key));
  OC_TRY(definition->second.check_input(input));
  StartRequest request{workflow, key, {}, std::move(signal), {}};
  OC_TRY_ASSIGN(request.input, checked_text("the input", input));
  auto answer = request.answer.get_future();
  loop_->post(&EngineInbox::starts, std::move(request));
  return answer.get();
}

Status WorkflowEngine::signal(const std::string& run_id, const std::string& name, const Json& data) {
  OC_TRY(check_name("the signal's name", name));
  OC_TRY(checked_text("the signal's data", data));
  SignalRequest request{run_id, name, data, {}};
  auto answer = request.answer.get_future();
  loop_->post(&EngineInbox::signals, std::move(request));
  return answer.get();
}

Status WorkflowEngine::cancel(const std::string& run_id) {
  CancelRequest request{run_id, {}};
  auto answer = request.answer.get_future();
  loop_->post(&EngineInbox::cancels, std::move(request));
  return answer.get();
}

Result<RunPage> WorkflowEngine::runs(const RunFilter& filter, std::int64_t before, std::size_t limit) {
  return loop_->parts().journal.runs(filter, before, limit);
}
Result<std::vector<RunRecord>> WorkflowEngine::look_up(const std::string& prefix, std::size_t limit) {
  return loop_->parts().journal.look_up(prefix, limit);
}
Result<std::vector<StepRecord>> WorkflowEngine::steps(const std::string& run_id) {
  return loop_->parts().journal.steps(run_id);
}
Result<RunRecord> WorkflowEngine::wait(const std::string& run_id, std::chrono::milliseconds timeout) {
  return loop_->wait(run_id, timeout);
}

}  // namespace oc::control_plane
